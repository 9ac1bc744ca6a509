"""An exact "nothing more comes": asgiref#32, asgiref#37, chanx#16."""

from __future__ import annotations

from .sides import here, peer, there

FAILURES = {
    "nothing_at_once": "no",
    "nothing_of_a_crash": "no",
}


def test_here():
    here(FAILURES)


@peer
def test_on_the_peer():
    there(FAILURES)
