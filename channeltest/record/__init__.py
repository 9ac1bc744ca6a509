"""The record: what tests and consumers said, in the order in which it happened.

Imports `channeltest.asgi` and compat. Everything that sends, runs or shows a message uses it.
"""
