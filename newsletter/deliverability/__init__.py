"""What the DNS says of the sender's domain: whether mail in its name is believed, and what to ask for where not."""
