"""The recorder for the original stack: one file, which a project of Channels 1 runs its suite with.

Imports nothing of the package, since the file runs where channeltest is not installed. The command
line uses it.
"""
