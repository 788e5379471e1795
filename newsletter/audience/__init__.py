"""The built-in list of subscribers."""
