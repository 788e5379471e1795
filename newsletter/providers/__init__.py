"""Adapters to the services that send."""
