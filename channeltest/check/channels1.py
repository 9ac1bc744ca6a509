"""Finds the imports of Channels 1 that `channeltest upgrade` leaves."""

from __future__ import annotations

from collections.abc import Iterator

from .tokens import Source

# Dotted names, or beginnings of them that end in a dot, each with its code. channels.test is none
# of them: tests stay as they are.
_NAMES = {
    "channels.Group": "CT201",
    "channels.Channel": "CT202",
    "channels.route": "CT203",
    "channels.route_class": "CT203",
    "channels.include": "CT203",
    "channels.asgi.": "CT204",
    "channels.channel_layers": "CT204",
    "channels.sessions.": "CT205",
    "channels.auth.": "CT206",
    "channels.generic.websockets.WebsocketDemultiplexer": "CT207",
    "channels.generic.websockets.WebsocketMultiplexer": "CT207",
    "channels.binding.": "CT208",
    "channels.handler.": "CT209",
    "channels.delay.": "CT210",
    "channels.signals.": "CT211",
    "channels.message.": "CT211",
    "channels.exceptions.": "CT212",
    "channels.security.websockets.": "CT213",
    "channels.generic.base.": "CT215",
    "asgiref.inmemory": "CT214",
    "asgiref.base_layer": "CT214",
    "asgi_redis": "CT214",
    "asgi_ipc": "CT214",
    "asgi_rabbitmq": "CT214",
}
# Names that today's Channels has in the same modules.
_TODAY = {
    "channels.auth.AuthMiddleware", "channels.auth.AuthMiddlewareStack", "channels.auth.get_user",
    "channels.auth.login", "channels.auth.logout", "channels.auth.UserLazyObject",
    "channels.sessions.CookieMiddleware", "channels.sessions.SessionMiddleware",
    "channels.sessions.SessionMiddlewareStack", "channels.exceptions.AcceptConnection",
    "channels.exceptions.ChannelFull", "channels.exceptions.DenyConnection",
    "channels.exceptions.InvalidChannelLayerError", "channels.exceptions.MessageTooLarge",
    "channels.exceptions.RequestAborted", "channels.exceptions.RequestTimeout",
    "channels.exceptions.StopConsumer",
}  # fmt: skip


def code_of(name: str) -> str | None:
    """Return the code of an imported name of Channels 1, or ``None``.

    Args:
        name: The dotted name.
    """
    if name in _TODAY:
        return None
    for known, code in _NAMES.items():
        if name == known.rstrip(".") or name.startswith(known.rstrip(".") + "."):
            return code
    return None


def find(source: Source) -> Iterator[tuple[int, str, str]]:
    """Yield the imports of Channels 1 in a file: offset, code and name."""
    for each in source.imports:
        if code := code_of(each.name):
            yield each.start, code, each.name
