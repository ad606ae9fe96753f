"""The small dealership's services on a real database, for what sends its messages."""

from __future__ import annotations

from tests.services.conftest import clock, engine, migrated_database, serve, services

__all__ = ["clock", "engine", "migrated_database", "serve", "services"]
