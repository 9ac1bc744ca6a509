"""Tests of worker channels: channels#1197."""

from __future__ import annotations

from .sides import here, peer, there

FAILURES = {
    "workers": "ImportError",
}


def test_here():
    here(FAILURES)


@peer
def test_on_the_peer():
    there(FAILURES)
