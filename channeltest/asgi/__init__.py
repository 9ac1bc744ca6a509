"""What is known of one ASGI application: its scope, and what it may send and has sent.

Imports Channels and Django only. The communicators, the bridge and the record use it.
"""
