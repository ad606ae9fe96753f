"""Messenger as the stand-in plays it."""

from customer_profiler.standin.fields import Refusals

REFUSALS = Refusals(missing=100, invalid=100, too_many=105)
