"""The bridge: modern applications behind the messages of Channels 1.

Imports the stage, the layers and the record. The Channels 1 dialect, the test cases and `parity`
use it.
"""
