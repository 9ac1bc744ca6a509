"""Decorators that check where a websocket connection comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import update_wrapper
from typing import Any
from urllib.parse import urlparse

from django.conf import settings
from django.http.request import validate_host

from ..exceptions import DenyConnection
from ..message import Message

_DEBUG_HOSTS = ["localhost", "127.0.0.1", "[::1]"]


class BaseOriginValidator:
    """A decorator, as a class, for consumers of ``websocket.connect``.

    The connection is denied when the ``Origin`` header is missing, empty of values or not
    ASCII, and when `validate_origin` says so.

    Args:
        func: The consumer.

    Source: Channels 1.1.8.
    """

    def __init__(self, func: Callable[..., Any]) -> None:
        update_wrapper(self, func)
        self.func = func

    def __call__(self, message: Message, *args: Any, **kwargs: Any) -> Any:
        """Run the consumer and return its result.

        Raises:
            DenyConnection: The origin is not valid.
        """
        if self.validate_origin(message, self.get_origin(message)):
            return self.func(message, *args, **kwargs)
        raise DenyConnection

    def get_header(self, message: Message, name: bytes) -> Sequence[bytes]:
        """Return what follows the name in the first header called ``name``.

        Raises:
            KeyError: There is no such header, or the message has no ``headers``.
        """
        for header in message.content["headers"]:
            if len(header) and header[0] == name:
                values: Sequence[bytes] = header[1:]
                return values
        raise KeyError(f'No header named "{name!r}"')

    def get_origin(self, message: Message) -> str:
        """Return the ``Origin`` header.

        Raises:
            DenyConnection: It is missing or not ASCII.
        """
        try:
            return self.get_header(message, b"origin")[0].decode("ascii")
        except (LookupError, UnicodeDecodeError):
            raise DenyConnection

    def validate_origin(self, message: Message, origin: str) -> bool:
        """Whether connections from ``origin`` are accepted; for subclasses to write."""
        raise NotImplementedError("You must overwrite this method.")


class AllowedHostsOnlyOriginValidator(BaseOriginValidator):
    """Accepts connections from the hosts in ``ALLOWED_HOSTS``.

    Under ``DEBUG`` an empty setting means localhost. Source: Channels 1.1.8.
    """

    def validate_origin(self, message: Message, origin: str) -> bool:
        """Whether the host of ``origin`` is allowed."""
        hosts = settings.ALLOWED_HOSTS or (_DEBUG_HOSTS if settings.DEBUG else [])
        host = _host_of(origin)
        return host is not None and validate_host(host, hosts)


def _host_of(origin: str) -> str | None:
    """Return the host of an origin as it stands in ``ALLOWED_HOSTS``, if it has one."""
    try:
        host = urlparse(origin).hostname
    except ValueError:
        # A browser sends no such origin.
        return None
    return f"[{host}]" if host and ":" in host else host


allowed_hosts_only = AllowedHostsOnlyOriginValidator
