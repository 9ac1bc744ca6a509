"""One timeout knob, off under a debugger: channels#2044."""

from __future__ import annotations

from .sides import here, peer, there

FAILURES = {
    "knob": "no",
    "setting": "no",
    "debugger": "TimeoutError",
}


def test_here():
    here(FAILURES)


@peer
def test_on_the_peer():
    there(FAILURES)
