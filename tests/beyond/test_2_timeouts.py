"""Receive and drain that leave the application alive: asgiref#417, channels#957."""

from __future__ import annotations

from .sides import here, peer, there

FAILURES = {
    "alive": "CancelledError",
    "disconnect_after_timeout": "CancelledError",
    "cancelled": "CancelledError",
    "receive_all": "AttributeError",
    "receive_all_json": "AttributeError",
    "exception_at_once": "no",
    "exception_alone": "no",
    "two_at_once": "no",
}


def test_here():
    here(FAILURES)


@peer
def test_on_the_peer():
    there(FAILURES)
