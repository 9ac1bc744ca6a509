"""Converts consumers, routes, settings and tests of a Channels 1 project to today's Channels.

It reads a project as `channeltest.sources` does and imports nothing else of channeltest. Each fixer
is a module in `fixers`. The command line runs them, and `channeltest.check` asks them what they
would convert.
"""
