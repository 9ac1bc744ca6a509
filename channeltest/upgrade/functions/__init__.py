"""Function consumers, translated into the methods of a class.

It imports the folders `units` and `sends` of `channeltest.upgrade` and what is in its root. The
fixers of functions use it, and the folder for classes.
"""
