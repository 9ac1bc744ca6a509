"""Routes, the ASGI application and the settings of a project, as those of today.

It imports what is in the root of `channeltest.upgrade`, `channeltest.upgrade.sends` and
`channeltest.sources`. The fixer of applications uses it.
"""
