"""Imports Rasa once with its libraries' deprecation notices off; everywhere else warnings are errors."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import rasa.core.channels.rest
    import rasa.core.tracker_store
    import rasa.engine.recipes.default_recipe  # noqa: F401
