"""The rendered page as mail programs show it: parsed once, with colours and sizes worked out by day and by night."""
