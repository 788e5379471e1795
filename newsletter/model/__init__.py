"""What the newsletter is made of: plain data, no I/O."""
