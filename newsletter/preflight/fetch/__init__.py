"""What looks behind links: the only part of preflight that asks anything of a network."""
