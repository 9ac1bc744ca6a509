"""`AsgiRequest`: a Django request made of an ``http.request`` message."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.http import HttpRequest, QueryDict, parse_cookie
from django.utils.functional import cached_property

from .base_layer import has_other_readers
from .exceptions import RequestAborted, RequestTimeout, ResponseLater
from .message import Message

# Seconds between two looks at a body channel whose layer does not block by itself.
POLL_INTERVAL = 0.01

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

    def __init__(self, message: Message) -> None:
        # HttpRequest.__init__ would put empty values where this class has properties.
        self.message = message
        self.reply_channel = message.reply_channel
        self.resolver_match = None
        self._post_parse_error = False
        self._read_started = False
        self._read_address()
        self._read_headers()
        self._set_content_type_params(self.META)  # type: ignore[attr-defined]
        self._body = self._read_body()
        if not isinstance(self._body, bytes):
            raise AssertionError("Body is not bytes")
        self._stream = BytesIO(self._body)

    def _read_address(self) -> None:
        """Set everything that does not come from a header."""
        message = self.message
        self.path = message["path"]
        self.script_name = message.get("root_path", "")
        self.path_info = self.path
        if self.script_name and self.path.startswith(self.script_name):
            self.path_info = self.path[len(self.script_name) :]
        self.method = message["method"].upper()
        query_string = message.get("query_string", "")
        if isinstance(query_string, bytes):
            query_string = query_string.decode("utf-8")
        server = message.get("server") or ("unknown", 0)
        self.META = {
            "REQUEST_METHOD": self.method,
            "QUERY_STRING": query_string,
            "SCRIPT_NAME": self.script_name,
            "PATH_INFO": self.path_info,
            "SERVER_NAME": server[0],
            "SERVER_PORT": str(server[1]),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
        }
        client = message.get("client")
        if client:
            self.META.update(REMOTE_ADDR=client[0], REMOTE_HOST=client[0], REMOTE_PORT=client[1])

    def _read_headers(self) -> None:
        """Put the headers into `META`; of one name the values are joined by commas."""
        headers = self.message.get("headers", [])
        if isinstance(headers, dict):
            headers = [(name.encode("latin1"), value) for name, value in headers.items()]
            self.message["headers"] = headers
        for raw_name, raw_value in headers:
            name, value = raw_name.decode("latin1"), raw_value.decode("latin1")
            key = _UNPREFIXED_HEADERS.get(name) or "HTTP_" + name.upper().replace("-", "_")
            self.META[key] = f"{self.META[key]},{value}" if key in self.META else value

    def _read_body(self) -> bytes:
        body: bytes = self.message.get("body", b"")
        if self.message.get("body_channel"):
            for chunk in self._body_chunks(self.message["body_channel"]):
                if chunk.get("closed", False):
                    raise RequestAborted()
                # As in 1.1.8, a chunk that is neither closed nor has content is a TypeError.
                body += chunk.get("content", "")
        return body

    def _body_chunks(self, channel: str) -> Iterator[dict[str, Any]]:
        """Yield the messages of the body channel, up to the last one."""
        layer = self.message.channel_layer
        started = time.monotonic()
        more = True
        while more:
            if time.monotonic() - started > self.body_receive_timeout:
                raise RequestTimeout()
            _, chunk = layer.receive_many([channel], block=True)
            if chunk is not None:
                yield chunk
                more = chunk.get("more_content", False)
            elif not has_other_readers(layer):
                raise RequestTimeout()
            else:
                time.sleep(POLL_INTERVAL)

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

    def _get_scheme(self) -> str:
        scheme: str = self.message.get("scheme", "http")
        return scheme
