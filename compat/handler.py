"""Django's views behind the ``http.request`` channel."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signals
from django.core.handlers import base
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
from .request import AsgiRequest
from .response import decode_response, encode_headers

if TYPE_CHECKING:
    from .message import Message
    from .response import AnyMessage

__all__ = ["AsgiHandler", "AsgiRequest", "ResponseLaterOuter", "ViewConsumer"]

logger = logging.getLogger("django.request")

FILE_BLOCK_SIZE = 512 * 1024

# Its name in this module of Channels 1.
ResponseLaterOuter = ResponseLater


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
        self._begin(message)
        response = self._respond(message)
        if response is not None:
            try:
                yield from self.encode_response(response)
            finally:
                response.close()

    def _begin(self, message: Message) -> None:
        root_path = message.get("root_path")
        set_script_prefix(root_path or "")
        signals.request_started.send(sender=type(self), message=message)

    def _respond(self, message: Message) -> HttpResponseBase | None:
        """Return the response to a message, or ``None`` when there is none to send."""
        request = self._request_or_refusal(message)
        if not isinstance(request, HttpRequest):
            return request
        with suppress(ResponseLater):
            return _in_blocks(self.get_response(request))
        return None

    def _request_or_refusal(self, message: Message) -> AsgiRequest | HttpResponse | None:
        """Return the request, or what is to be sent where it cannot be read."""
        try:
            return self.request_class(message)
        except UnicodeDecodeError:
            refused = "Bad Request (UnicodeDecodeError)"
            logger.warning(refused, exc_info=True, extra={"status_code": 400})
            return HttpResponseBadRequest()
        except RequestAborted as error:
            # A RequestTimeout is a RequestAborted today.
            if isinstance(error, RequestTimeout):
                return HttpResponse("408 Request Timeout (upload too slow)", status=408)
            return None

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Run a request through middleware and view.

        Where the project's own error page fails, plain text is the response.

        Raises:
            ResponseLater: The view raised it; no middleware sees it.
            Exception: The view raised it, and ``DEBUG_PROPAGATE_EXCEPTIONS`` is set.
        """
        try:
            return super().get_response(request)
        except _Bubble as bubble:
            raise bubble.response_later from None
        except Exception as failure:
            if settings.DEBUG_PROPAGATE_EXCEPTIONS:
                raise
            logger.exception("Internal Server Error: %s", request.path)
            return _plain_page(failure)

    def process_exception_by_middleware(
        self, exception: Exception, request: HttpRequest
    ) -> HttpResponse:
        """Let middleware make a response of a view's exception, unless it is `ResponseLater`."""
        if isinstance(exception, ResponseLater):
            raise _Bubble(exception)
        return super().process_exception_by_middleware(exception, request)

    @classmethod
    def encode_response(cls, response: HttpResponseBase) -> Iterator[dict[str, Any]]:
        """Make reply messages of a Django response.

        Args:
            response: The response; the parts of a streaming one are sent as they come, and
                an empty message ends it.

        Yields:
            Messages for the reply channel of an ``http.request``.
        """
        head: dict[str, Any] = {
            "status": response.status_code,
            "headers": encode_headers(response),
        }
        for content, more in cls._contents(response):
            yield {**head, "content": content, "more_content": more}
            head = {}
        if response.streaming:
            yield {**head, "more_content": False}

    @classmethod
    def _contents(cls, response: Any) -> Iterator[tuple[bytes, bool]]:
        """Return the parts of a response, each with whether another one follows."""
        if not response.streaming:
            return ((part, not last) for part, last in cls.chunk_bytes(response.content))
        # Iterating the response, not its streaming_content, honours an overridden __iter__.
        return ((part, True) for each in response for part, _ in cls.chunk_bytes(each))

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


def _in_blocks(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, FileResponse):
        response.block_size = FILE_BLOCK_SIZE
    return response


def _plain_page(failure: Exception) -> HttpResponseBase:
    """Return an error page that needs no template."""
    text = "Internal Server Error"
    if settings.DEBUG:
        text = "".join(traceback.format_exception(failure))
    return HttpResponseServerError(text, content_type="text/plain")


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

        A response that fails before its first part is status 500. One that fails later cannot be
        completed: ``{"closed": True}`` has the server end the connection.

        Raises:
            ChannelFull: The reply channel is full, and nobody else reads the layer.
            AttributeError: The message has no reply channel.
            Exception: The response raised it while it was read.
        """
        is_started = False
        try:
            for reply in self.handler(message):
                self._send(message, reply)
                is_started = True
        except Exception as failure:
            if message.reply_channel is not None and has_other_readers(message.channel_layer):
                ends = {"closed": True}
                page = self.handler.encode_response(_plain_page(failure))
                for reply in [ends] if is_started else page:
                    self._send(message, reply)
            raise

    def _send(self, message: Message, reply: dict[str, Any]) -> None:
        while not self._is_sent(message, reply):
            time.sleep(self.retry_interval)

    def _is_sent(self, message: Message, reply: dict[str, Any]) -> bool:
        """Send a part of the response; returns whether there was room for it."""
        if message.reply_channel is None:
            raise AttributeError(
                "'NoneType' object has no attribute 'send': the message on "
                f"{message.channel} has no reply_channel to respond on"
            )
        layer = message.channel_layer
        try:
            # Held back, a streaming response would pile up in memory.
            message.reply_channel.send(reply, immediately=True)
        except layer.ChannelFull:
            if not has_other_readers(layer):
                raise
            return False
        return True
