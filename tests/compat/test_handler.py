from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from channeltest.compat.exceptions import ResponseLater
from channeltest.compat.handler import AsgiHandler, AsgiRequest, ViewConsumer
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.message import Message
from django.core.exceptions import PermissionDenied
from django.core.signals import got_request_exception, request_finished, request_started
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import clear_url_caches, get_script_prefix, path, reverse, set_script_prefix

from .requesting import CaptiveLayer, request_message, wrapped

# The signals around requests and consumers look after the database connections.
pytestmark = pytest.mark.django_db


seen: list[str] = []


def middleware(get_response: Any) -> Any:
    def respond(request: HttpRequest) -> Any:
        seen.append("in")
        try:
            response = get_response(request)
        finally:
            seen.append("out")
        seen.append("response")
        return response

    return respond


class ExceptionMiddleware:
    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse:
        return HttpResponse(f"caught {exception!r}")


def async_middleware(get_response: Any) -> Any:
    async def respond(request: HttpRequest) -> Any:
        return await get_response(request)

    return respond


async_middleware.async_capable = True  # type: ignore[attr-defined]
async_middleware.sync_capable = False  # type: ignore[attr-defined]


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"hello", content_type="text/plain")


def later(request: HttpRequest) -> HttpResponse:
    raise AsgiRequest.ResponseLater


async def later_async(request: HttpRequest) -> HttpResponse:
    raise AsgiRequest.ResponseLater


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("broken")


def denied(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def link(request: HttpRequest) -> HttpResponse:
    return HttpResponse(reverse("link"))


urlpatterns = [
    path("", hello),
    path("later/", later),
    path("later_async/", later_async),
    path("broken/", broken),
    path("denied/", denied),
    path("link/", link, name="link"),
]


@pytest.fixture(autouse=True)
def stack() -> Iterator[None]:
    seen.clear()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[f"{__name__}.middleware"]):
        yield
    set_script_prefix("/")


@contextmanager
def signals_sent(*signals: Any) -> Iterator[list[dict[str, Any]]]:
    """Collect the arguments of what is sent, without Django's own receivers."""
    sent: list[dict[str, Any]] = []
    receivers = [signal.receivers for signal in signals]

    def receive(**kwargs: Any) -> None:
        sent.append(kwargs)

    for signal in signals:
        signal.receivers = []
        signal.sender_receivers_cache.clear()
        signal.connect(receive)
    try:
        yield sent
    finally:
        for signal, old in zip(signals, receivers, strict=True):
            signal.receivers = old
            signal.sender_receivers_cache.clear()


class Premade(AsgiHandler):
    """Responds with what it is given."""

    chunk_size = 4

    def __init__(self, response: Any) -> None:
        super().__init__()
        self.response = response

    def get_response(self, request: HttpRequest) -> Any:
        return self.response


def replies(handler: AsgiHandler, **content: Any) -> list[dict[str, Any]]:
    return list(handler(request_message(**content)))


def contents(response: Any) -> list[bytes]:
    return [reply["content"] for reply in replies(Premade(response)) if "content" in reply]


class TestResponses:
    def test_view(self) -> None:
        assert replies(AsgiHandler()) == [
            {
                "status": 200,
                "headers": [(b"Content-Type", b"text/plain")],
                "content": b"hello",
                "more_content": False,
            }
        ]
        assert seen == ["in", "out", "response"]

    def test_nothing_runs_before_it_is_iterated(self) -> None:
        AsgiHandler()(request_message())
        assert seen == []

    def test_root_path_is_the_script_prefix(self) -> None:
        [reply] = replies(AsgiHandler(), path="/app/link/", root_path="/app")
        assert reply["content"] == b"/app/link/"

    def test_no_root_path(self) -> None:
        replies(AsgiHandler(), root_path=None)
        assert get_script_prefix() == "/"

    @pytest.mark.parametrize(("url", "status"), [("/nowhere/", 404), ("/denied/", 403)])
    @pytest.mark.filterwarnings("ignore")
    def test_errors(self, url: str, status: int) -> None:
        [reply] = replies(AsgiHandler(), path=url)
        assert reply["status"] == status

    def test_view_that_raises(self) -> None:
        with signals_sent(got_request_exception):
            [reply] = replies(AsgiHandler(), path="/broken/")
        assert reply["status"] == 500

    def test_async_middleware(self) -> None:
        with override_settings(MIDDLEWARE=[f"{__name__}.async_middleware"]):
            [reply] = replies(AsgiHandler())
        assert reply["content"] == b"hello"


class TestBadRequests:
    def test_query_string(self, caplog: pytest.LogCaptureFixture) -> None:
        [reply] = replies(AsgiHandler(), query_string=b"\xff")
        assert reply["status"] == 400
        [record] = caplog.records
        assert record.getMessage() == "Bad Request (UnicodeDecodeError)"
        assert record.exc_info

    def test_body_that_does_not_come(self) -> None:
        [reply] = replies(AsgiHandler(), body_channel="upload")
        assert (reply["status"], reply["content"]) == (
            408,
            b"408 Request Timeout (upload too slow)",
        )

    def test_client_that_goes(self) -> None:
        message = request_message(body_channel="upload")
        message.channel_layer.send("upload", {"closed": True})
        assert list(AsgiHandler()(message)) == []


class TestResponseLater:
    @pytest.mark.parametrize("url", ["/later/", "/later_async/"])
    @pytest.mark.parametrize(
        "middleware", ["middleware", "ExceptionMiddleware", "async_middleware"]
    )
    def test_no_reply(self, url: str, middleware: str) -> None:
        with override_settings(MIDDLEWARE=[f"{__name__}.{middleware}"]):
            assert replies(AsgiHandler(), path=url) == []

    def test_middleware_sees_no_response(self) -> None:
        replies(AsgiHandler(), path="/later/")
        assert seen == ["in", "out"]

    def test_get_response_raises_it(self) -> None:
        with pytest.raises(ResponseLater):
            AsgiHandler().get_response(AsgiRequest(request_message(path="/later/")))

    def test_of_a_get_response_of_a_subclass(self) -> None:
        class Later(AsgiHandler):
            def get_response(self, request: HttpRequest) -> Any:
                raise self.request_class.ResponseLater

        assert replies(Later()) == []

    def test_other_exceptions_reach_the_middleware(self) -> None:
        with override_settings(MIDDLEWARE=[f"{__name__}.ExceptionMiddleware"]):
            [reply] = replies(AsgiHandler(), path="/broken/")
        assert reply["content"] == b"caught ValueError('broken')"


def failing_page(request: HttpRequest) -> HttpResponse:
    raise ValueError("in the error page")


class TestErrorPageThatFails:
    def test_plain_text(self) -> None:
        with (
            mock.patch.object(sys.modules[__name__], "handler500", failing_page, create=True),
            override_settings(DEBUG_PROPAGATE_EXCEPTIONS=False, DEBUG=False),
        ):
            clear_url_caches()
            [reply] = replies(AsgiHandler(), path="/broken/")
        assert (reply["status"], reply["content"]) == (500, b"Internal Server Error")


class TestResponsesThatFail:
    """What the server gets, which waits for the rest of the response."""

    @pytest.fixture
    def layer(self) -> Any:
        return wrapped()

    def sent(self, layer: Any, handler: Any) -> list[dict[str, Any]]:
        consumer = ViewConsumer()
        consumer.handler = handler
        message = Message({"reply_channel": "http.response!x"}, "http.request", layer)
        with pytest.raises(ValueError, match="on purpose"):
            consumer(message)
        found = []
        while (reply := layer.receive(["http.response!"])[1]) is not None:
            found.append(reply)
        return found

    class Failing:
        encode_response = AsgiHandler.encode_response

        def __init__(self, *parts: dict[str, Any]) -> None:
            self.parts = parts

        def __call__(self, message: Message) -> Any:
            yield from self.parts
            raise ValueError("on purpose")

    def test_before_the_first_part(self, layer: Any) -> None:
        [reply] = self.sent(layer, self.Failing())
        assert (reply["status"], reply["content"]) == (500, b"Internal Server Error")

    def test_later(self, layer: Any) -> None:
        first = {"status": 200, "content": b"a", "more_content": True}
        assert self.sent(layer, self.Failing(first)) == [first, {"closed": True}]

    def test_the_response_is_closed(self) -> None:
        def parts() -> Any:
            yield b"a"
            raise ValueError("on purpose")

        response = StreamingHttpResponse(parts())
        closed = mock.Mock()
        response.close = closed  # type: ignore[method-assign]
        with mock.patch.object(AsgiHandler, "get_response", return_value=response):
            with pytest.raises(ValueError, match="on purpose"):
                replies(AsgiHandler())
        closed.assert_called_once_with()


class TestSignals:
    def test_started_and_finished(self) -> None:
        message = request_message()
        with signals_sent(request_started, request_finished) as sent:
            list(AsgiHandler()(message))
        assert [kwargs["signal"] for kwargs in sent] == [request_started, request_finished]
        assert (sent[0]["sender"], sent[0]["message"]) == (AsgiHandler, message)

    def test_finished_after_the_last_reply(self) -> None:
        with signals_sent(request_finished) as sent:
            iterator = AsgiHandler()(request_message())
            next(iterator)
            assert not sent
            assert list(iterator) == []
        assert len(sent) == 1


class TestChunks:
    @pytest.mark.parametrize(
        ("data", "chunks"),
        [
            (b"", [(b"", True)]),
            (b"abc", [(b"abc", True)]),
            (b"abcd", [(b"abcd", True)]),
            (b"abcde", [(b"abcd", False), (b"e", True)]),
            (b"abcdefgh", [(b"abcd", False), (b"efgh", True)]),
        ],
    )
    def test_chunk_bytes(self, data: bytes, chunks: list[tuple[bytes, bool]]) -> None:
        assert list(Premade.chunk_bytes(data)) == chunks

    def test_long_content(self) -> None:
        first, second = replies(Premade(HttpResponse(b"abcdef")))
        assert (first["status"], first["content"], first["more_content"]) == (200, b"abcd", True)
        assert second == {"content": b"ef", "more_content": False}

    def test_streaming(self) -> None:
        response = StreamingHttpResponse([b"one", b"longer"])
        first, *others = replies(Premade(response))
        assert (first["status"], first["content"], first["more_content"]) == (200, b"one", True)
        assert others == [
            {"content": b"long", "more_content": True},
            {"content": b"er", "more_content": True},
            {"more_content": False},
        ]

    def test_streaming_nothing(self) -> None:
        [reply] = replies(Premade(StreamingHttpResponse([])))
        assert (reply["status"], reply["more_content"]) == (200, False)
        assert "content" not in reply

    def test_streaming_with_its_own_iteration(self) -> None:
        class Own(StreamingHttpResponse):
            def __iter__(self) -> Iterator[bytes]:
                return iter([b"mine"])

        assert contents(Own([b"not me"])) == [b"mine"]

    def test_file(self) -> None:
        response = FileResponse(io.BytesIO(b"abc"))
        assert contents(response) == [b"abc"]
        assert response.block_size == 512 * 1024

    def test_file_without_end(self) -> None:
        class Endless:
            def read(self, size: int = -1) -> bytes:
                return b"more"

        response = FileResponse(Endless())  # type: ignore[arg-type]
        parts = itertools.islice(Premade(response)(request_message()), 5)
        assert [part["content"] for part in parts] == [b"more"] * 5
        response.close()

    def test_decode_response(self) -> None:
        response = HttpResponse(b"abcdef", status=201)
        decoded = Premade.decode_response(Premade.encode_response(response))
        assert (decoded.status_code, decoded.content) == (201, b"abcdef")


class TestViewConsumer:
    def test_replies(self) -> None:
        layer = wrapped(CaptiveLayer())
        ViewConsumer()(request_message(layer))
        assert layer.receive(["http.response!"])[1]["content"] == b"hello"

    def test_full_channel_of_a_captive_layer(self) -> None:
        layer = wrapped(CaptiveLayer(capacity=0))
        with pytest.raises(layer.ChannelFull):
            ViewConsumer()(request_message(layer))

    def test_full_channel_is_tried_again(self) -> None:
        class FullOnce(ChannelLayer):
            tries = 0

            def send(self, channel: str, message: dict[str, Any]) -> None:
                self.tries += 1
                if self.tries == 1:
                    raise self.ChannelFull(channel)
                super().send(channel, message)

        class Consumer(ViewConsumer):
            retry_interval = 0

        layer = wrapped(FullOnce())
        Consumer()(request_message(layer))
        assert layer.receive(["http.response!"])[1]["status"] == 200
        assert layer.tries == 2

    def test_no_reply_channel(self) -> None:
        with pytest.raises(AttributeError, match="has no reply_channel to respond on"):
            ViewConsumer()(request_message(reply_channel=None))

    def test_handler_class(self) -> None:
        class Handler(AsgiHandler):
            pass

        class Consumer(ViewConsumer):
            handler_class = Handler

        assert type(Consumer().handler) is Handler
