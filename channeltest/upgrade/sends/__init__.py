"""Sends of Channels 1 to groups and channels, as calls of the layers of today.

It imports what is in the root of `channeltest.upgrade`, and `channeltest.sources`. The folders for
consumers and routes use it, and the fixers.
"""
