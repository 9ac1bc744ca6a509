"""ASGI applications among the routes of Channels 1: recognised, matched with messages, and run.

Routing asks this package which applications a list of routes holds; workers, servers and test
clients run what it finds.
"""
