"""Runs a module without the deprecation notices of the old libraries that Rasa pins: ``quietly rasa run ...``.

``PYTHONWARNINGS`` alone is not enough: Sanic switches these notices on again when it is imported.
"""

from __future__ import annotations

import runpy
import sys
import warnings

import sanic.app  # noqa: F401 - imported for its effect on the filters, which the next lines undo

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
