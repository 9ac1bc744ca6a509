"""When nothing more can happen on an event loop: threads, sockets, futures, and where each waits.

Imports no other folder of the harness. The stage, the communicators and the database use it.
"""
