"""Checks of links: how they are written and whether they work."""
