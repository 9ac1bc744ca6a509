"""Converts test classes in the dialect of Channels 1 to test cases with communicators.

It reads a family of classes, finds its clients, and makes coroutines of the methods that use them.
It imports what `channeltest.upgrade` has for all fixers; `channeltest.upgrade.fixers.communicators`
uses it.
"""
