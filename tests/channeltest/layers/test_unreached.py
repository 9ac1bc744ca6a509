"""Advice for tests that use a layer of the settings."""

from __future__ import annotations

import pytest
from channels.exceptions import InvalidChannelLayerError
from redis.exceptions import ConnectionError

from channeltest.layers.unreached import advise_on_layer

ERRORS = [ConnectionError("Connection refused."), InvalidChannelLayerError("no such layer")]


def notes(error):
    advise_on_layer(error)
    return getattr(error, "__notes__", [])


@pytest.mark.parametrize("error", ERRORS, ids=["redis", "layer"])
def test_says_what_needs_no_server(error):
    (note,) = notes(error)
    assert "captive layer" in note
    assert notes(error) == [note]


@pytest.mark.parametrize("error", [OSError("refused"), ValueError("redis")])
def test_other_errors(error):
    assert notes(error) == []
