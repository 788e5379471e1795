"""Checks of what concerns the sending: subject, merge tags, size, the law, the list."""
