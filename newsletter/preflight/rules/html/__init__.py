"""Checks of the page as mail programs, eyes and screen readers meet it."""
