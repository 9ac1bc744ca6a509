"""Readable names of consumers and layers."""

from __future__ import annotations

import functools
from unittest import mock

import pytest
from channeltest.compat.utils import name_that_thing

HERE = __name__


def function():
    pass


class Thing:
    @classmethod
    def class_method(cls):
        pass

    @staticmethod
    def static_method():
        pass

    def method(self):
        pass

    def __call__(self):
        pass


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (function, f"{HERE}.function"),
        (lambda: None, f"{HERE}.<lambda>"),
        (Thing, f"{HERE}.Thing"),
        (Thing(), f"{HERE}.Thing"),
        (Thing().method, f"{HERE}.Thing.method"),
        (Thing.class_method, f"{HERE}.Thing"),
        (Thing.static_method, f"{HERE}.static_method"),
        (functools.partial(function), "functools.partial"),
        (mock.Mock(), "<mock>"),
        (len, "builtins.builtin_function_or_method"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_names(thing, name):
    assert name_that_thing(thing) == name
