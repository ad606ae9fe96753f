"""What decides: pure functions and immutable values, with the standard library only."""
