"""Use cases. Each function does one thing a person or the client's staff wants, within one transaction."""
