"""Decides which consumers may be async, and writes them so.

A consumer may be async if every call in it is known: it is awaited, or it neither waits nor reads a
database. `channeltest.upgrade.fixers.async_consumers` uses it; it imports what
`channeltest.upgrade` has for all fixers.
"""
