"""Keys as consumers of chanx have them."""

from __future__ import annotations

import pytest
from django.test import override_settings

from channeltest.communicators.messages import camelized, decamelized, is_camelized

pytest.importorskip("humps")


class Snake:
    camelize = False


class Camel:
    camelize = True


@pytest.mark.parametrize(
    ("consumer", "setting", "expected"),
    [
        (None, True, False),
        (Snake, False, False),
        (Camel, False, True),
        (Snake, True, True),
    ],
)
def test_consumers(consumer, setting, expected):
    with override_settings(CHANX={"CAMELIZE": setting}):
        assert is_camelized(consumer) is expected


def test_neither_the_class_nor_the_settings_say_so():
    with override_settings(CHANX={}):
        assert not is_camelized(object)


def test_keys():
    assert camelized({"user_name": {"first_name": 1}}, True) == {"userName": {"firstName": 1}}
    assert decamelized({"userName": [{"firstName": 1}]}, True) == {"user_name": [{"first_name": 1}]}


def test_keys_as_they_are():
    assert camelized({"user_name": 1}, False) == {"user_name": 1}
    assert decamelized({"userName": 1}, False) == {"userName": 1}
