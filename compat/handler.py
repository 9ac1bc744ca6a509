"""Django's views behind the ``http.request`` channel."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core import signals
from django.core.handlers import base
from django.core.handlers.exception import handle_uncaught_exception
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseServerError,
)
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from .base_layer import has_other_readers
from .exceptions import RequestAborted, RequestTimeout, ResponseLater
from .message import Message
from .request import AsgiRequest
from .response import AnyMessage, decode_response, encode_headers

__all__ = ["AsgiHandler", "AsgiRequest", "ViewConsumer"]

logger = logging.getLogger("django.request")

FILE_BLOCK_SIZE = 512 * 1024


class _Bubble(BaseException):
    """Carries a `ResponseLater` up through the middleware.

    Django wraps every middleware in an ``except Exception`` that would turn it into a page.
    """

    def __init__(self, response_later: Exception) -> None:
        super().__init__(response_later)
        self.response_later = response_later


class AsgiHandler(base.BaseHandler):
    """Runs ``http.request`` messages through Django's middleware and views.

    Calling the handler with a message returns an iterator of reply messages: ``status`` and
    ``headers`` in the first, ``content`` and ``more_content`` in each. Nothing runs before the
    first one is asked for.

    Attributes:
        request_class: What makes a request of a message.
        chunk_size: Bytes of content that one message carries at most.

    Source: Channels 1.1.8.
    """

    request_class: type[AsgiRequest] = AsgiRequest

    chunk_size = 512 * 1024

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.load_middleware()

    def __call__(self, message: Message) -> Iterator[dict[str, Any]]:
        """Respond to an ``http.request`` message.

        Args:
            message: The message.

        Yields:
            Reply messages; none when the client has gone or a view raised `ResponseLater`.
        """
        set_script_prefix(message.get("root_path", "") or "")
        signals.request_started.send(sender=self.__class__, message=message)
        response = self._respond(message)
        if response is not None:
            yield from self.encode_response(response)
            response.close()

    def _respond(self, message: Message) -> HttpResponseBase | None:
        try:
            request = self.request_class(message)
        except UnicodeDecodeError:
            logger.warning(
                "Bad Request (UnicodeDecodeError)", exc_info=True, extra={"status_code": 400}
            )
            return HttpResponseBadRequest()
        # A RequestTimeout is a RequestAborted today, so it has to be asked for first.
        except RequestTimeout:
            return HttpResponse("408 Request Timeout (upload too slow)", status=408)
        except RequestAborted:
            return None
        try:
            response = self.get_response(request)
        except ResponseLater:
            return None
        if isinstance(response, FileResponse):
            response.block_size = FILE_BLOCK_SIZE
        return response

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Run a request through middleware and view.

        Raises:
            ResponseLater: The view raised it; no middleware sees it.
        """
        try:
            return super().get_response(request)
        except _Bubble as bubble:
            raise bubble.response_later from None

    def process_exception_by_middleware(
        self, exception: Exception, request: HttpRequest
    ) -> HttpResponse:
        """Let middleware make a response of a view's exception, unless it is `ResponseLater`."""
        if isinstance(exception, ResponseLater):
            raise _Bubble(exception)
        return super().process_exception_by_middleware(exception, request)

    def handle_uncaught_exception(
        self,
        request: HttpRequest,
        resolver: Any,
        exc_info: tuple[type[BaseException], BaseException, TracebackType],
    ) -> HttpResponseBase:
        """Return the project's error page, or plain text when making that one fails too.

        Raises:
            ResponseLater: It was the exception.
        """
        if isinstance(exc_info[1], ResponseLater):
            raise exc_info[1]
        try:
            return handle_uncaught_exception(request, resolver, exc_info)
        except Exception:
            return HttpResponseServerError(
                traceback.format_exc() if settings.DEBUG else "Internal Server Error",
                content_type="text/plain",
            )

    @classmethod
    def encode_response(cls, response: HttpResponseBase) -> Iterator[dict[str, Any]]:
        """Make reply messages of a Django response.

        Args:
            response: The response; the parts of a streaming one are sent as they come, and
                an empty message ends it.

        Yields:
            Messages for the reply channel of an ``http.request``.
        """
        message: dict[str, Any] = {
            "status": response.status_code,
            "headers": encode_headers(response),
        }
        for content, more in cls._contents(response):
            yield {**message, "content": content, "more_content": more}
            message = {}
        if response.streaming:
            yield {**message, "more_content": False}

    @classmethod
    def _contents(cls, response: Any) -> Iterator[tuple[bytes, bool]]:
        if response.streaming:
            # Iterating the response, not its streaming_content, honours an overridden __iter__.
            for part in response:
                for chunk, _ in cls.chunk_bytes(part):
                    yield chunk, True
        else:
            for chunk, last in cls.chunk_bytes(response.content):
                yield chunk, not last

    @classmethod
    def decode_response(cls, messages: AnyMessage | Iterable[AnyMessage]) -> HttpResponse:
        """Make a Django response of reply messages: see `response.decode_response`."""
        return decode_response(messages)

    @classmethod
    def chunk_bytes(cls, data: bytes) -> Iterator[tuple[bytes, bool]]:
        """Cut ``data`` into pieces of `chunk_size` bytes.

        Yields:
            ``(piece, whether it is the last)``; a single empty one for no data.
        """
        for start in range(0, len(data), cls.chunk_size) or [0]:
            end = start + cls.chunk_size
            yield data[start:end], end >= len(data)


class ViewConsumer:
    """The consumer that Channels 1 puts on ``http.request`` when no route does.

    Attributes:
        handler_class: Makes the reply messages.
        retry_interval: Seconds between two tries to send on a full reply channel.

    Source: Channels 1.1.8.
    """

    handler_class: type[AsgiHandler] = AsgiHandler

    retry_interval: float = 0.05

    def __init__(self) -> None:
        self.handler = self.handler_class()

    def __call__(self, message: Message) -> None:
        """Respond to ``message`` on its reply channel, each part at once.

        Raises:
            ChannelFull: The reply channel is full, and nobody else reads the layer.
            AttributeError: The message has no reply channel.
        """
        for reply in self.handler(message):
            self._send(message, reply)

    def _send(self, message: Message, reply: dict[str, Any]) -> None:
        if message.reply_channel is None:
            raise AttributeError(
                "'NoneType' object has no attribute 'send': the message on "
                f"{message.channel} has no reply_channel to respond on"
            )
        layer = message.channel_layer
        while True:
            try:
                # Held back, a streaming response would pile up in memory.
                return message.reply_channel.send(reply, immediately=True)
            except layer.ChannelFull:
                if not has_other_readers(layer):
                    raise
                time.sleep(self.retry_interval)
