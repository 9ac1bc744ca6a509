"""Advice for tests that use a layer of the settings."""

from __future__ import annotations

import pytest
from channels.exceptions import InvalidChannelLayerError
from redis.exceptions import ConnectionError

from channeltest import captive_layers
from channeltest.layers.captive import advise

ERRORS = [ConnectionError("Connection refused."), InvalidChannelLayerError("no such layer")]


def notes(error):
    advise(error)
    return getattr(error, "__notes__", [])


@pytest.mark.parametrize("error", ERRORS, ids=["redis", "layer"])
def test_says_what_needs_no_server(error):
    (note,) = notes(error)
    assert "captive layer" in note
    assert notes(error) == [note]


@pytest.mark.parametrize("error", [OSError("refused"), ValueError("redis")])
def test_other_errors(error):
    assert notes(error) == []


def test_captive_layers_are_none_of_the_settings():
    with captive_layers():
        assert notes(ConnectionError("refused")) == []
