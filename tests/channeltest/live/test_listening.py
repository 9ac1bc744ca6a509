"""Sockets of live servers."""

from __future__ import annotations

import socket

import pytest

from channeltest.errors import LiveServerError
from channeltest.live.listening import listen


def test_a_free_port():
    with listen("localhost", 0) as first, listen("localhost", 0) as second:
        assert first.getsockname()[0] == "127.0.0.1"
        assert first.getsockname()[1] != second.getsockname()[1]


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_ipv6():
    with listen("::1", 0) as listening:
        assert listening.family == socket.AF_INET6


def test_a_host_that_is_not_here():
    with pytest.raises(LiveServerError, match=r"cannot listen on port 80 of 'no\.such'"):
        listen("no.such", 80)
