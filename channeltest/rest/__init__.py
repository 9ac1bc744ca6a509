"""Finds out when an event loop rests: what its tasks wait for, and which threads are at work.

Imports no other folder of the harness. The stage, the communicators and the database use it.
"""
