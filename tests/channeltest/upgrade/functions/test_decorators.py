from __future__ import annotations

import pytest

from channeltest.upgrade.functions.decorators import decorator_of, given_by
from tests.channeltest.upgrade.projects import module

PLAIN = """\
def staff(func):
    @wraps(func)
    def inner(message, *args, **kwargs):
        return func(message, *args, **kwargs)
    return inner
"""
FACTORY = (
    """\
def needs(rank, **options):
    """
    + '"""What it does."""'
    + """
    limit = options.get("limit")
    def decorator(func):
        def inner(message, slug, **kwargs):
            return func(message, find(slug), room=rank, **kwargs)
        return inner
    return decorator
"""
)


def read(text):
    found = module("m", text)
    return decorator_of(found, found.tree.body[0])


def test_a_decorator():
    found = read(PLAIN)
    assert (found.inner.name, found.decorated, found.is_factory) == ("inner", "func", False)
    assert found.is_plain and found.takes_more and found.url_arguments == []


def test_one_with_arguments():
    found = read(FACTORY)
    assert (found.decorated, found.is_factory, found.positional) == ("func", True, 1)
    assert (found.keywords, found.swallowed) == ({"room"}, {"slug"})
    assert found.url_arguments == ["slug"] and not found.is_plain


@pytest.mark.parametrize(
    "text",
    [
        "def f(func):\n    return func\n",
        "def f(func):\n    register(func)\n    def inner(m): return func(m)\n    return inner\n",
        PLAIN.replace("(func):", "(func, other):"),
        PLAIN.replace("wraps(func)", "other(func)"),
        PLAIN.replace("return inner", "return other(inner)"),
        PLAIN.replace("(message, *args, **kwargs):", "(message, a=1, *args, **kwargs):"),
        PLAIN.replace("(message, *args, **kwargs):", "(*args, **kwargs):"),
        PLAIN.replace("return func(message, *args, **kwargs)", "return keep(func)"),
        PLAIN.replace("return func(message, *args, **kwargs)", "return func(message, **kwargs)"),
        PLAIN.replace("return func(message, *args, **kwargs)", "return func(other, *args)"),
        PLAIN.replace("return func(", "func(message, 1, *args)\n        return func("),
        PLAIN.replace("return func(message, ", "return func(message, *other, "),
        PLAIN.replace("**kwargs)\n    return", "**other)\n    return"),
    ],
)
def test_others(text):
    assert read(text) is None


def given(signature, *texts):
    function = module("m", f"def f({signature}): pass\n").tree.body[0]
    return given_by([read(text) for text in texts], function)


@pytest.mark.parametrize(
    ("signature", "texts", "expected"),
    [
        ("message, slug", [PLAIN], ([], [])),
        ("message, found, room", [FACTORY], (["found"], ["room"])),
        ("message, found, page, room", [PLAIN, FACTORY, PLAIN], (["found"], ["room"])),
        ("message, found, slug, room", [FACTORY], None),
        ("message, found", [FACTORY], None),
        ("message, found, room", [FACTORY, FACTORY], None),
        ("message, found, room", [FACTORY, PLAIN.replace("*args, ", "")], None),
        ("message, a", [PLAIN.replace("*args, **kwargs", "")], None),
    ],
)
def test_what_a_consumer_gets(signature, texts, expected):
    assert given(signature, *texts) == expected
