"""Checks of the text: spelling, style, length and typing mistakes."""
