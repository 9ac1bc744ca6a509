"""Makes the scopes that servers make, from the arguments of a communicator."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from typing import Any, Final
from urllib.parse import quote, unquote, urlparse

from django.http import parse_cookie

Scope = dict[str, Any]
Event = dict[str, Any]

# An application of ASGI 3.
Application = Callable[
    [Scope, Callable[[], Awaitable[Event]], Callable[[Event], Awaitable[None]]],
    Coroutine[Any, Any, object],
]


class Absent(enum.Enum):
    """The type of `ABSENT`, the value of a key that a scope is not to have."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT

# Networks for documentation (RFC 5737), which no host uses, and the first private port.
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_FIRST_PORT = 49152
_clients = itertools.count()

Headers = Mapping[Any, Any] | Iterable[Any] | None

# By protocol: the scheme of a connection without TLS, and the extensions that a server offers.
_PROTOCOLS: dict[str, tuple[str, dict[str, Any]]] = {
    "http": ("http", {}),
    "websocket": ("ws", {"websocket.http.response": {}}),
}


def new_scope(protocol: str, path: str, headers: Headers, cookies: Any) -> Scope:
    """Return the scope of a connection.

    Args:
        protocol: ``"http"`` or ``"websocket"``.
        path: The path, with its query string.
        headers: A dict or pairs of names and values (str or bytes).
        cookies: A dict of names and values (str), or ``None``.
    """
    parsed = urlparse(path)
    scheme, extensions = _PROTOCOLS[protocol]
    scope: Scope = {
        "type": protocol,
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "scheme": scheme,
        "path": unquote(parsed.path),
        "raw_path": quote(parsed.path, safe="/%:@!$&'()*+,;=~").encode("ascii"),
        "query_string": parsed.query.encode("utf-8"),
        "root_path": "",
        "headers": list(_pairs(headers)),
        "client": _new_client(),
        "server": ["testserver", 80],
        "extensions": {name: dict(value) for name, value in extensions.items()},
        "state": {},
    }
    if cookies:
        set_cookies(scope, cookies)
    return scope


def _new_client() -> list[Any]:
    """Return a new address (host and port), so that limits by address count each client alone."""
    number = next(_clients)
    network, host = divmod(number % (len(_NETWORKS) * 254), 254)
    return [f"{_NETWORKS[network]}.{host + 1}", _FIRST_PORT + number % (65536 - _FIRST_PORT)]


def _pairs(headers: Headers) -> Iterable[Any]:
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    for pair in pairs:
        name, value = pair
        if isinstance(name, bytes) and isinstance(value, bytes):
            yield pair
        else:
            yield _bytes(name).lower(), _bytes(value)


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("latin1")


def cookies_of(scope: Scope) -> dict[str, str]:
    """Return the cookies that a scope's headers bring."""
    headers = scope.get("headers", ())
    values = [bytes(v).decode("latin1") for n, v in headers if bytes(n).lower() == b"cookie"]
    return parse_cookie("; ".join(values))


def set_cookies(scope: Scope, cookies: Mapping[str, str]) -> None:
    """Add cookies to a scope's headers, in one header as browsers send them."""
    both = {**cookies_of(scope), **cookies}
    rest = [pair for pair in scope["headers"] if bytes(pair[0]).lower() != b"cookie"]
    value = "; ".join(f"{name}={value}" for name, value in both.items())
    scope["headers"] = [*rest, (b"cookie", value.encode("latin1"))]
    if "cookies" in scope:
        scope["cookies"] = both
