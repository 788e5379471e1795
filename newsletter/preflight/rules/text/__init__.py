"""Checks of the words, and of how they were typed."""
