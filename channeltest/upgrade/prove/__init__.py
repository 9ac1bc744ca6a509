"""Converts one consumer at a time, and keeps what a project's own suite proves to say the same.

It runs git and the project's test command as processes, and imports the fixers' plan and nothing
of the harness. `channeltest.upgrade.command` uses it for ``--prove``.
"""
