"""``channels.test.http``, and its older name."""

from __future__ import annotations

import channels.test.http
import channels.tests.http

from channeltest import WSClient


def test_its_client_is_the_websockets():
    assert channels.test.http.HttpClient is WSClient
    assert channels.tests.http is channels.test.http
