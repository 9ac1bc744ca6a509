"""Facts about one ASGI application: its scope, what it may send and what it has sent.

Imports compat. The communicators, the bridge and the record use it.
"""
