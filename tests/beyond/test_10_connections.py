"""Close codes and reasons, denial responses, empty frames and a complete scope."""

from __future__ import annotations

from .sides import here, peer, there

FAILURES = {
    "close": "AttributeError",
    "denial": "no",
    "empty_frames": "no",
    "none_beside": "no",
    "complete_scope": "no",
    "bare_consumer": "KeyError",
}


def test_here():
    here(FAILURES)


@peer
def test_on_the_peer():
    there(FAILURES)
