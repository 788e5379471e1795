"""Checks of links: as they are written, and by what is behind them."""
