from __future__ import annotations

from channeltest.upgrade.to_async.calls import Doing


def test_functions_do_nothing_at_first():
    assert (Doing().awaits, Doing().edges) == ([], [])
    assert Doing().awaits is not Doing().awaits
