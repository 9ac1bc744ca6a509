"""Checks of where a websocket connection comes from (Channels 1.1.8).

Decorators for consumers of ``websocket.connect``. They import messages and exceptions only;
projects decorate their consumers with them.
"""
