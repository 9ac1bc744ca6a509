"""``channels.test.http``, whose client is the websockets' under its older name."""

from ..wsclient import WSClient

HttpClient = WSClient

__all__ = ["HttpClient", "WSClient"]
