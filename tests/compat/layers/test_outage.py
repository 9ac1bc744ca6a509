from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from channeltest.compat.layers.outage import Outage, unreachable, until_reached

from ..conftest import Lines


@pytest.fixture
def pauses() -> Iterator[list[float]]:
    """The seconds that are slept, without sleeping."""
    slept: list[float] = []
    with mock.patch("channeltest.compat.layers.outage.time.sleep", slept.append):
        yield slept


def test_it_is_said_once(pauses: list[float], log: Lines) -> None:
    outage = Outage("default (Layer)", "The worker")
    for _ in range(3):
        outage.failed(ConnectionError("refused"))
    [said] = log()
    assert said.startswith("The worker cannot reach the channel layer default (Layer) (Connection")
    assert "refused" in said and "correct its address in CHANNEL_LAYERS" in said


def test_pauses_grow_up_to_a_bound(pauses: list[float], log: Lines) -> None:
    outage = Outage("layer", "The worker")
    for _ in range(8):
        outage.failed(ConnectionError())
    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0, 2.0]


def test_its_end_is_said_and_the_next_one_too(pauses: list[float], log: Lines) -> None:
    outage = Outage("layer", "The server")
    outage.over()
    outage.failed(ConnectionError())
    outage.over()
    outage.over()
    outage.failed(ConnectionError())
    assert [line.split(" the channel")[0] for line in log()] == [
        "The server cannot reach",
        "The server has reached",
        "The server cannot reach",
    ]
    assert pauses == [0.1, 0.1]


@pytest.mark.parametrize("layer", [object(), mock.Mock(), None])
def test_layers_that_do_not_say(layer: Any) -> None:
    assert unreachable(layer) == ()


def test_layers_that_do() -> None:
    assert unreachable(mock.Mock(unreachable=(OSError,))) == (OSError,)


class TestUntilReached:
    @pytest.fixture
    def layer(self) -> Any:
        return mock.Mock(unreachable=(ConnectionError,), expiry=60)

    def test_a_layer_that_is_there(self, pauses: list[float], layer: Any, log: Lines) -> None:
        assert until_reached(layer, lambda: 1) == 1
        assert (pauses, log()) == ([], [])

    def test_one_that_comes_back(self, pauses: list[float], layer: Any, log: Lines) -> None:
        call = mock.Mock(side_effect=[ConnectionError(), ConnectionError(), 1])
        assert until_reached(layer, call) == 1
        assert pauses == [0.1, 0.2]
        assert len(log()) == 2

    def test_one_that_does_not(self, pauses: list[float], layer: Any) -> None:
        layer.expiry = -1
        with pytest.raises(ConnectionError):
            until_reached(layer, mock.Mock(side_effect=ConnectionError()))

    def test_another_error(self, pauses: list[float], layer: Any) -> None:
        call = mock.Mock(side_effect=ValueError())
        with pytest.raises(ValueError):
            until_reached(layer, call)
        call.assert_called_once()
