"""WhatsApp as the stand-in plays it."""

from customer_profiler.standin.fields import Refusals

REFUSALS = Refusals(missing=131008, invalid=131009, too_many=131009)
