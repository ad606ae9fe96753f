"""Tests of understanding typed replies: what is understood, what is asked back, and what is never guessed."""
