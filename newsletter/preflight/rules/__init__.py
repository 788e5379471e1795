"""The checks that come with newsletter, one subject a file."""
