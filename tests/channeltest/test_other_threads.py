"""Frames of other threads are looked at without garbage collection, where that may crash."""

from __future__ import annotations

import gc
import sys

import pytest

from channeltest.other_threads import without_collections

COLLECTS = sys.version_info[:2] != (3, 11)


def test_no_collection_meanwhile():
    assert without_collections(gc.isenabled)() is COLLECTS
    assert gc.isenabled()


def test_an_error():
    with pytest.raises(ValueError):
        without_collections(int)("x")
    assert gc.isenabled()


def test_a_look_within_another():
    inner = without_collections(gc.isenabled)
    assert without_collections(lambda: (inner(), gc.isenabled()))() == (COLLECTS, COLLECTS)
    assert gc.isenabled()
