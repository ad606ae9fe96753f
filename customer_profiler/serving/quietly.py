"""Runs a module without the notices of the old libraries that Rasa pins: ``quietly rasa run ...``.

``PYTHONWARNINGS`` alone is not enough: Sanic switches deprecation notices on again when it is imported. Rasa's
own loggers print a traceback, with what the customer wrote, for every message while the action server is down;
the channel reports such turns in one line instead (see also ``failed_actions``).
"""

from __future__ import annotations

import logging
import runpy
import sys
import warnings

import sanic.app  # noqa: F401 - imported for its effect on the filters, which the next lines undo

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for name in ("rasa.core.actions.action", "rasa.core.channels.rest"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
