from __future__ import annotations

import pytest

from channeltest.upgrade.units.path_filters import are_apart, fixed_part


@pytest.mark.parametrize(
    ("regex", "text"),
    [
        (None, ""),
        (r"^/chat/$", "/chat/"),
        (r"^/chat/(?P<x>\w+)$", "/chat/"),
        (r"^/chats?/", "/chat"),
        (r"^/a+", "/a"),
        (r"/x|/y", ""),
    ],
)
def test_fixed_part(regex, text):
    assert fixed_part(regex) == text


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        (("^/a/",), ("^/b/",), True),
        (("^/a/$",), ("^/a/b/$",), True),
        (("^/a/",), ("^/a/b/$",), False),
        (("^/a/$",), (r"^/a/\w*$",), False),
        ((None,), ("^/a/$",), False),
        # One path, which the other filter either lets through or not.
        (("^/$",), (r"^/room/(\d+)/$",), True),
        ((r"^/new/$",), (r"^/(?P<pk>\d+)/$",), True),
        ((r"^/new/$",), (r"^/(?P<slug>\w+)/$",), False),
        (("^/$",), ("(",), False),
        # Behind the prefixes of includes.
        (("^/chat", "^/a/$"), ("^/chat", "^/b/$"), True),
        (("^/chat", "^/a/$"), ("^/chat/b",), True),
        (("^/chat", "^/a/$"), (r"^/\w+", r"^/\w+/$"), False),
        (("^/chat", "^/a/$"), (r"^/\w+", r"^/\d+/$"), True),
        ((r"^/\w+", "^/a/$"), (r"^/\w+", "^/b/$"), False),
        (("^/chat", None), ("^/chat/x",), False),
    ],
)
def test_are_apart(first, second, apart):
    assert are_apart(first, second) is apart
    assert are_apart(second, first) is apart
