"""The built-in subscriber list: a table in a CSV file."""
