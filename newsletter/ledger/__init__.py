"""What was intended, sent and left uncertain."""
