"""What of a project is converted at one time: the consumers of a path, and what they share.

It imports what is in the root of `channeltest.upgrade`, `channeltest.upgrade.sends` and
`channeltest.sources`. The folders for consumers use it, and the fixers.
"""
