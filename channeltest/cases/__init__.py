"""The dialect of test-case classes: websocket tests with a client that is there already.

Imports the communicators and the test cases of Channels 1. Test
suites and the pytest plugin use it.
"""
