from __future__ import annotations

from typing import Any

import pytest
from channeltest.compat.redis.hosts import (
    check_timeout,
    checked_hosts,
    server_of,
    shown_hosts,
    with_options,
    without_passwords,
)


def test_a_single_host_is_no_list() -> None:
    for hosts in ("redis://localhost", b"redis://localhost"):
        with pytest.raises(ValueError, match="must be specified as an iterable list of hosts"):
            checked_hosts(hosts, ("localhost", 1))


@pytest.mark.parametrize("hosts", [None, [], ()])
def test_no_host_is_the_default(hosts: Any) -> None:
    assert checked_hosts(hosts, ("localhost", 1)) == [("localhost", 1)]


def test_shown() -> None:
    shown = shown_hosts([("a", "1"), ["b", 2], "rediss://c", {"host": "d"}])
    assert shown == ["redis://a:1/0", "redis://b:2/0", "rediss://c", {"host": "d"}]


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("redis://a:1/0", "redis://a:1/0"),
        ("redis://:secret@a:1", "redis://:***@a:1"),
        ("redis://me:s:e@a:1", "redis://me:***@a:1"),
        ("unix://me:secret@/tmp/s", "unix://me:***@/tmp/s"),
        ({"host": "a", "password": "secret"}, {"host": "a", "password": "***"}),
    ],
)
def test_without_passwords(host: Any, expected: Any) -> None:
    assert without_passwords([host]) == [expected]


def test_servers() -> None:
    assert server_of(("a", 1)) == {"host": "a", "port": 1}
    assert server_of("redis://a") == {"address": "redis://a"}
    assert server_of({"host": "a"}) == {"host": "a"}


def test_options_of_one_server_go_first() -> None:
    merged = with_options({"host": "a", "db": 1}, {"db": 2, "socket_timeout": 7})
    assert merged == {"host": "a", "db": 1, "socket_timeout": 7}


@pytest.mark.parametrize("timeout", [None, 5, 6])
def test_timeouts(timeout: float | None) -> None:
    check_timeout({"socket_timeout": timeout}, 5)


def test_a_timeout_that_is_too_short() -> None:
    with pytest.raises(ValueError, match="must be at least 5 seconds"):
        check_timeout({"socket_timeout": 4}, 5)
