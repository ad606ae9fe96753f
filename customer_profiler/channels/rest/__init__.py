"""Rasa's REST channel, for tests and terminal conversations."""
