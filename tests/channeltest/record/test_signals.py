"""The project's own signals are recorded by their names."""

from __future__ import annotations

import pytest
from django.db.models.signals import post_save
from django.dispatch import Signal

from channeltest import trace
from channeltest.patching import Patches
from channeltest.record.signals import SIGNALS, signal_name

left = Signal()


def test_names():
    assert signal_name(left) == f"{__name__}.left"
    assert signal_name(post_save) is None
    assert signal_name(Signal()) is None


@pytest.mark.parametrize("method", ["send", "send_robust"])
def test_a_signal_that_is_sent(method):
    patches = Patches(*SIGNALS)
    with trace() as traced:
        patches.start()
        try:
            getattr(left, method)(sender=int, room="a")
            post_save.send(sender=int, instance=None)
        finally:
            patches.stop()
        left.send(sender=int, room="b")
    [event] = traced.events
    assert (event.kind, event.channel) == ("signal", f"{__name__}.left")
    assert event.content["room"] == "a"


@pytest.mark.asyncio
async def test_an_asynchronous_one():
    if not hasattr(left, "asend"):
        pytest.skip("Django 5 has asynchronous signals")
    patches = Patches(*SIGNALS)
    with trace() as traced:
        patches.start()
        try:
            await left.asend(sender=int, room="a")
        finally:
            patches.stop()
    assert [event.content["room"] for event in traced.events] == ["a"]
