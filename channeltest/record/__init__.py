"""The record: what crosses layers and sockets in a test, as events in the order they happened.

Imports `channeltest.asgi`, `channeltest.patching` and compat. Everything that sends, runs or shows
a message uses it.
"""
