"""Compose a monthly newsletter in YAML, check it, look at it, and send it once to the right people."""

__version__ = "0.1.0"
