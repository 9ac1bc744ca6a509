"""The consumer's instance: asgiref#105."""

from __future__ import annotations

from .sides import here, peer, there

FAILURES = {
    "consumer": "AttributeError",
}


def test_here():
    here(FAILURES)


@peer
def test_on_the_peer():
    there(FAILURES)
