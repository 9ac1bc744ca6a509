from __future__ import annotations

from typing import Any

import pytest
from channeltest.compat.exceptions import DenyConnection
from channeltest.compat.message import Message
from channeltest.compat.security.websockets import BaseOriginValidator, allowed_hosts_only

from ..requesting import request_message

HERE = [b"origin", b"http://example.com"]


@allowed_hosts_only
def consumer(message: Message, *args: Any, **kwargs: Any) -> Any:
    """Connects."""
    return args, kwargs


@pytest.fixture(autouse=True)
def allow(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["example.com", "[::1]"]


def accepts(*headers: Any) -> bool:
    try:
        consumer(request_message(headers=headers))
    except DenyConnection:
        return False
    return True


def test_consumer_gets_everything() -> None:
    assert consumer(request_message(headers=[HERE]), 1, two=2) == ((1,), {"two": 2})


def test_looks_like_the_consumer() -> None:
    assert (consumer.__name__, consumer.__doc__) == ("consumer", "Connects.")
    assert consumer.func is consumer.__wrapped__  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        ([HERE], True),
        ([(b"origin", b"https://example.com:8443")], True),
        ([(b"other", b"x"), HERE], True),
        ([[], HERE], True),
        ([(b"origin", b"http://evil.com")], False),
        ([(b"origin", b"example.com")], False),
        ([(b"origin", b"")], False),
        ([(b"origin", b"http://[")], False),
        ([(b"origin", b"http://[::1]:8000")], True),
        ([(b"origin", b"http://[::2]:8000")], False),
        ([(b"origin",)], False),
        ([(b"origin", b"http://example.com\xff")], False),
        ([(b"origin", b"http://evil.com"), HERE], False),
        ([], False),
    ],
)
def test_origins(headers: list[Any], accepted: bool) -> None:
    assert accepts(*headers) is accepted


def test_message_without_headers() -> None:
    with pytest.raises(DenyConnection):
        consumer(request_message())


@pytest.mark.parametrize(("debug", "accepted"), [(True, True), (False, False)])
def test_debug_without_allowed_hosts(settings: Any, debug: bool, accepted: bool) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS = debug, []
    assert accepts([b"origin", b"http://localhost:8000"]) is accepted


def test_debug_does_not_widen_allowed_hosts(settings: Any) -> None:
    settings.DEBUG = True
    assert not accepts([b"origin", b"http://localhost"])


def test_missing_header_by_name() -> None:
    with pytest.raises(KeyError, match="No header named"):
        consumer.get_header(request_message(headers=[HERE]), b"x")


def test_base_class_decides_nothing() -> None:
    with pytest.raises(NotImplementedError, match=r"^You must overwrite this method\.$"):
        BaseOriginValidator(consumer)(request_message(headers=[HERE]))


def test_subclass() -> None:
    class OnlyMe(BaseOriginValidator):
        def validate_origin(self, message: Message, origin: str) -> bool:
            return origin == "me"

    assert OnlyMe(lambda message: "ran")(request_message(headers=[(b"origin", b"me")])) == "ran"
