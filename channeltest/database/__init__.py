"""A test's database connections: kept open, shared with other threads, rolled back.

Imports `channeltest.rest` and `channeltest.config`. The stage, the bridge, the communicators, the
test cases and the live servers use it.
"""
