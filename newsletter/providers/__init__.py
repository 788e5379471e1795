"""Adapters for email providers."""
