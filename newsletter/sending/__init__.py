"""Sending: the gate before it, the protocol of it, and the story after it."""
