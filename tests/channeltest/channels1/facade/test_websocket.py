"""``channels.test.websocket``."""

from __future__ import annotations

from unittest import mock

import pytest

from channeltest.channels1 import wsclient

from .names import patched, present


def test_names():
    names = "Client WSClient apps copy settings session_for_reply_channel SimpleCookie json_module"
    assert present("channels.test.websocket", names)


@pytest.mark.parametrize("name", ["session_for_reply_channel", "settings"])
def test_patches_reach_the_client(name):
    path = f"channels.test.websocket.{name}"
    with mock.patch(path) as stand_in:
        assert patched(path, [wsclient]) == [stand_in]
    assert patched(path, [wsclient]) != [stand_in]
