"""Imports Rasa once with its libraries' deprecation notices off; everywhere else warnings are errors.

The small dealership's services on a real database are there for the channels.
"""

from __future__ import annotations

import asyncio
import warnings

from tests.services.conftest import clock, engine, migrated_database, serve, services

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import rasa.core.channels.rest
    import rasa.core.tracker_store
    import rasa.engine.recipes.default_recipe  # noqa: F401

# Sanic chooses another event loop when it is imported; Rasa takes that back when it starts, and so do we.
asyncio.set_event_loop_policy(None)

__all__ = ["clock", "engine", "migrated_database", "serve", "services"]
