"""Servers that answer as hosted CRMs do, from their documentation; they share no code with the adapters."""
