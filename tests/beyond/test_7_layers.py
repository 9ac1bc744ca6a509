"""A layer for each test, which can be read: channels#933, channels#941, channels#2222."""

from __future__ import annotations

from .sides import here, peer, there

FAILURES = {
    "own_layers": "no",
    "readable_groups": "ImportError",
    "readable_messages": "ImportError",
    "capture_sends": "ImportError",
}


def test_here():
    here(FAILURES)


@peer
def test_on_the_peer():
    there(FAILURES)
