"""`asgi.scope`: scopes as servers make them."""

from __future__ import annotations

import pytest

from channeltest.asgi.scope import cookies_of, new_scope, set_cookies


@pytest.mark.parametrize(
    "headers",
    [{"X-A": "b"}, {b"x-a": b"b"}, [("X-A", "b")], [[b"x-a", b"b"]], iter([("x-a", b"b")])],
)
def test_headers(headers):
    made = new_scope("http", "/", headers, None)["headers"]
    assert [tuple(pair) for pair in made] == [(b"x-a", b"b")]


def test_pairs_of_bytes_stay_as_they_are():
    assert new_scope("http", "/", [(b"X-A", b"B")], None)["headers"] == [(b"X-A", b"B")]


def test_the_tests_own_list_is_not_changed():
    headers = [(b"a", b"b")]
    assert len(new_scope("http", "/", headers, {"c": "d"})["headers"]) == 2
    assert headers == [(b"a", b"b")]


def test_cookies_join_those_that_are_there():
    scope = new_scope("websocket", "/", {"cookie": "a=1; b=2"}, {"b": "3"})
    assert scope["headers"] == [(b"cookie", b"a=1; b=3")]
    set_cookies(scope, {"c": "4"})
    assert cookies_of(scope) == {"a": "1", "b": "3", "c": "4"}


@pytest.mark.parametrize(
    ("path", "raw", "query"),
    [("/a%20b/", "/a b/", b""), ("/%C3%A9?%C3%A9", "/é", b"%C3%A9"), ("", "", b"")],
)
def test_path(path, raw, query):
    scope = new_scope("http", path, None, None)
    assert (scope["path"], scope["query_string"]) == (raw, query)
    assert scope["raw_path"] == path.partition("?")[0].encode()
