"""Rebuilds messages with libraries of others, which have read the platforms' documentation on their own."""
