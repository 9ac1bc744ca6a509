"""The stage: an event loop that the thread of a synchronous test runs until it is at rest.

Imports `channeltest.rest` and `channeltest.database`. The bridge uses it.
"""
