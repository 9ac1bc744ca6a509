"""ASGI applications among the routes of Channels 1: recognised, matched with messages, and run.

It imports Channels and, of this package, names and layers. Routing asks it which applications a
list of routes holds; workers, servers and clients run what it finds.
"""
