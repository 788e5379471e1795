"""The gate, and the send behind it."""
