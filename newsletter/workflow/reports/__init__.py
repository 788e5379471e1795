"""Results of issues beside each other, as tables and as a page."""
