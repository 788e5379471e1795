"""Send issues: check the send policy, send exactly once, and record what happened."""
