"""The dialect of test-case classes: websocket test cases that make their communicators.

Imports the communicators and the test cases of Channels 1. Test suites and the pytest plugin use
it.
"""
