"""Migrations of ``channels.delay``."""
