"""The ``cookie`` header, as `http.cookies.SimpleCookie` writes it."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie

import pytest

from channeltest.channels1.cookies import cookie_header


@pytest.mark.parametrize(
    ("cookies", "header"),
    [
        ({}, b""),
        ({"a": "1"}, b" a=1"),
        ({"b": "2", "a": "1"}, b" a=1; b=2"),
        ({"a": "two words"}, b' a="two words"'),
        ({"a": 'quo"ted'}, b' a="quo\\"ted"'),
        ({"a": ""}, b' a=""'),
        ({"a": 1}, b" a=1"),
        ({"a": None}, b" a=None"),
        ({"a": "é"}, b' a="\\351"'),
        ({"a": "path"}, b" a=path"),
    ],
)
def test_headers(cookies, header):
    assert cookie_header(cookies) == header


@pytest.mark.parametrize("name", ["path", "Expires", "a b", ""])
def test_names_that_are_not_valid(name):
    with pytest.raises(CookieError):
        cookie_header({name: "1"})


@pytest.mark.parametrize("value", ["plain", "a=b", "a;b", "a,b", "[x]", "'quoted'", "a%20b"])
def test_the_short_way_and_the_long_one_agree(value):
    jar: SimpleCookie = SimpleCookie()
    jar["name"] = value
    assert cookie_header({"name": value}) == jar.output(header="", sep=";").encode()
