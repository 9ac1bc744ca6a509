from __future__ import annotations

import pytest

from channeltest.upgrade.functions.class_names import consumer_name
from tests.channeltest.upgrade.projects import module


def name(function, home="chat.consumers", above="", taken=()):
    found = module(home, f"{above}\ndef {function}(message):\n    pass\n")
    return consumer_name(found, found.definitions[function], taken)


@pytest.mark.parametrize(
    ("function", "home", "expected"),
    [
        ("ws_connect", "chat.consumers", "ChatConsumer"),
        ("connect_blog", "posts.consumers", "BlogConsumer"),
        ("ws_connect", "consumers", "SocketConsumer"),
        ("live_feed", "chat.consumers", "LiveFeedConsumer"),
    ],
)
def test_names(function, home, expected):
    assert name(function, home) == expected


def test_a_name_that_is_taken():
    assert name("ws_add", above="from x import ChatConsumer") == "ChatConsumer2"
    assert name("ws_add", taken={("chat.consumers", "ChatConsumer")}) == "ChatConsumer2"
    assert name("ws_add", taken={("other", "ChatConsumer")}) == "ChatConsumer"
