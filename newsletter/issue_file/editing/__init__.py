"""Edit an issue's file: a field is changed, and every byte outside of it stays."""
