"""`AsgiRequest`: a Django request made of an ``http.request`` message."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, QueryDict, parse_cookie
from django.utils.functional import cached_property

from .base_layer import has_other_readers
from .exceptions import RequestAborted, RequestTimeout, ResponseLater

# Seconds between two looks at a body channel whose layer does not block by itself.
POLL_INTERVAL = 0.01

if TYPE_CHECKING:
    from .message import Message

# Keys of META that code for WSGI reads.
_CONCURRENCY = {"wsgi.multithread": True, "wsgi.multiprocess": True}

_UNPREFIXED_HEADERS = {"content-length": "CONTENT_LENGTH", "content-type": "CONTENT_TYPE"}


class AsgiRequest(HttpRequest):
    """A Django request that reads an ``http.request`` message of ASGI 1.

    Args:
        message: The message. ``path`` and ``method`` are required; ``query_string`` (bytes or
            str), ``headers`` (pairs of bytes, or the dict of early Channels), ``body`` (bytes),
            ``body_channel``, ``client``, ``server``, ``root_path`` and ``scheme`` are optional.

    Attributes:
        message: The message.
        reply_channel: The `Channel` that the response goes to, or ``None``.
        body_receive_timeout: Seconds to wait for the whole body (class attribute).
        ResponseLater: What a view raises when another consumer will respond.

    Raises:
        KeyError: The message has no ``path`` or no ``method``.
        UnicodeDecodeError: The query string is not UTF-8.
        RequestTimeout: The body did not arrive in time.
        RequestAborted: The client closed the connection before the body was complete.
        AssertionError: The body is not bytes.

    Source: Channels 1.1.8.
    """

    ResponseLater = ResponseLater

    _files: Any

    body_receive_timeout: float = 60

    # What HttpRequest.__init__ sets: it is not called, as it puts empty values where this class
    # has properties.
    resolver_match = None
    _post_parse_error = False
    _read_started = False

    def __init__(self, message: Message) -> None:
        self.message, self.reply_channel = message, message.reply_channel
        self._read_path(message["path"], message.get("root_path", ""))
        self.method = message["method"].upper()
        self.META: dict[str, Any] = {
            **_CONCURRENCY,
            **_addresses(message.get("client"), message.get("server")),
            "REQUEST_METHOD": self.method,
            "QUERY_STRING": _text(message.get("query_string", "")),
            "SCRIPT_NAME": self.script_name,
            "PATH_INFO": self.path_info,
        }
        self._read_headers()
        self._set_content_type_params(self.META)  # type: ignore[attr-defined]
        self._body = self._read_body()
        if not isinstance(self._body, bytes):
            raise AssertionError("Body is not bytes")
        self._stream = BytesIO(self._body)

    def _read_path(self, path: str, root_path: str) -> None:
        prefix = (root_path or "").rstrip("/")
        # "/app" is no prefix of "/apple/".
        is_below = prefix and f"{path}/".startswith(f"{prefix}/")
        self.path_info = path[len(prefix) :] if is_below else path
        self.path, self.script_name = path, root_path

    def _read_headers(self) -> None:
        """Put the headers into `META`; of one name the values are joined.

        A name with an underscore would be taken for the one with a hyphen, which a proxy may
        have checked: it is left out, as Django's servers do (CVE-2015-0219).
        """
        headers = self.message.get("headers", [])
        if isinstance(headers, dict):
            headers = [(name.encode("latin1"), value) for name, value in headers.items()]
            self.message["headers"] = headers
        for raw_name, raw_value in headers:
            name, value = raw_name.decode("latin1"), raw_value.decode("latin1")
            if "_" in name:
                continue
            key = _UNPREFIXED_HEADERS.get(name) or "HTTP_" + name.upper().replace("-", "_")
            # HTTP/2 may divide the cookies.
            separator = "; " if key == "HTTP_COOKIE" else ","
            self.META[key] = f"{self.META[key]}{separator}{value}" if key in self.META else value

    def _read_body(self) -> bytes:
        body: bytes = self.message.get("body", b"")
        channel = self.message.get("body_channel")
        if not channel:
            return body
        return b"".join([body, *self._parts(channel)])

    def _parts(self, channel: str) -> Iterator[bytes]:
        """Yield what comes on the body channel, up to the last part."""
        ends_at = time.monotonic() + self.body_receive_timeout
        is_last = False
        while not is_last:
            chunk = self._receive(channel, ends_at)
            if chunk.get("closed", False):
                raise RequestAborted
            is_last = not chunk.get("more_content", False)
            # As in 1.1.8, a chunk that is neither closed nor has content is a TypeError.
            yield chunk.get("content", "")

    def _receive(self, channel: str, ends_at: float) -> dict[str, Any]:
        """Take the next message off the body channel, until the time is over."""
        layer = self.message.channel_layer
        while time.monotonic() <= ends_at:
            found: dict[str, Any] | None = layer.receive_many([channel], block=True)[1]
            if found is not None:
                return found
            if not has_other_readers(layer):
                break
            time.sleep(POLL_INTERVAL)
        raise RequestTimeout

    @cached_property
    def GET(self) -> QueryDict:  # type: ignore[override]
        """The query string's values."""
        return QueryDict(self.message.get("query_string", ""))

    @cached_property
    def COOKIES(self) -> dict[str, str]:  # type: ignore[override]
        """The cookies of the ``cookie`` header."""
        return parse_cookie(self.META.get("HTTP_COOKIE", ""))

    @property  # type: ignore[override]
    def POST(self) -> QueryDict:
        """The values of a form in the body; assigning replaces them."""
        if not hasattr(self, "_post"):
            self._load_post_and_files()
        return self._post

    @POST.setter
    def POST(self, post: QueryDict) -> None:
        self._post = post

    @property
    def FILES(self) -> Any:  # type: ignore[override]
        """The files of a form in the body."""
        if not hasattr(self, "_files"):
            self._load_post_and_files()
        return self._files

    @property
    def body(self) -> bytes:
        """The body.

        Raises:
            RequestDataTooBig: It is longer than ``DATA_UPLOAD_MAX_MEMORY_SIZE``.
        """
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if most is not None and len(self._body) > most:
            raise RequestDataTooBig("Request body exceeded settings.DATA_UPLOAD_MAX_MEMORY_SIZE.")
        return self._body

    def _get_scheme(self) -> str:
        scheme: str = self.message.get("scheme", "http")
        return scheme


def _text(query_string: str | bytes) -> str:
    return query_string.decode("utf-8") if isinstance(query_string, bytes) else query_string


def _addresses(client: Any, server: Any) -> dict[str, Any]:
    """The part of `META` that comes from ``(host, port)`` pairs."""
    server_host, server_port = (server or ("unknown", 0))[:2]
    addresses = {"SERVER_NAME": server_host, "SERVER_PORT": str(server_port)}
    if client:
        addresses.update(REMOTE_ADDR=client[0], REMOTE_HOST=client[0], REMOTE_PORT=client[1])
    return addresses
