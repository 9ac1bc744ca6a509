"""Class consumers of Channels 1, translated into those of today.

It imports the folder `functions` of `channeltest.upgrade`, which translates what is in a method,
and what is in its root. The fixer of classes uses it.
"""
