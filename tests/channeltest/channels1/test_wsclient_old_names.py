"""``channels.test.websocket``."""

from __future__ import annotations

from unittest import mock

import channels.test.http
import channels.tests.http
import pytest

from channeltest import WSClient
from channeltest.channels1 import wsclient

from .facade.names import patched, present


def test_names():
    names = "Client WSClient apps copy settings session_for_reply_channel SimpleCookie json_module"
    assert present("channels.test.websocket", names)


@pytest.mark.parametrize("name", ["session_for_reply_channel", "settings"])
def test_patches_reach_the_client(name):
    path = f"channels.test.websocket.{name}"
    with mock.patch(path) as stand_in:
        assert patched(path, [wsclient]) == [stand_in]
    assert patched(path, [wsclient]) != [stand_in]


def test_its_client_is_the_websockets():
    assert channels.test.http.HttpClient is WSClient
    assert channels.tests.http is channels.test.http
