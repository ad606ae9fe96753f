"""Tests of reading, checking and converting spreadsheets."""
