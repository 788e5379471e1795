"""Spelling: the dictionaries, and what is known of words beside them."""
