"""The table in the docs says what its probes say."""

from __future__ import annotations

import importlib

import pytest

from .features import all_features
from .libraries import CHANNELS, CHANNELTEST, PEERS
from .probe import YES, answers_of
from .table import is_of_today, read


def answers(library):
    """The answers of today, by probes."""
    try:
        importlib.import_module(library.module)
    except ImportError as error:
        pytest.skip(f"not on this stack: {error}")
    return answers_of(library)


def test_channeltest_has_every_feature():
    assert set(answers(CHANNELTEST).values()) == {YES}
    assert set(read(CHANNELTEST).values()) == {YES}


@pytest.mark.parametrize("library", PEERS, ids=lambda library: library.name)
def test_peers(library):
    told = answers(library)
    if told != read(library) and not is_of_today(library):
        pytest.skip("the table was written with other versions: run make comparison")
    assert told == read(library)


@pytest.mark.parametrize("library", PEERS, ids=lambda library: library.name)
def test_every_peer_lacks_something_and_has_something(library):
    assert YES in read(library).values()
    assert set(read(library).values()) > {YES}


def test_nothing_stands_for_two():
    for names in ([each.name for each in all_features()], [*read(CHANNELS)]):
        assert len(set(names)) == len(all_features())
