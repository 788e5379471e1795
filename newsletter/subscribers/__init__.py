"""The own list: subscribers with their consent, tags and fields, and the addresses that must not be written to."""
