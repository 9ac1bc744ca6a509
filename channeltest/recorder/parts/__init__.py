"""The parts of the recorder: what Python 2.7 and 3 run on Channels 1, joined into one file.

They import each other, the standard library, Django and Channels 1, and nothing of channeltest.
`channeltest.recorder.command` uses them. No two of them define one name, since the file is one
module.
"""
