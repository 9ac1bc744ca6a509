"""Channels 1's channel layers on Redis."""
