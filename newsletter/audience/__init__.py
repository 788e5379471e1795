"""The built-in list of people: a table in a CSV file."""
