"""``user=`` and ``force_login`` on a communicator: channels#903."""

from __future__ import annotations

from .sides import here, peer, there

FAILURES = {
    "user": "TypeError",
    "force_login": "AttributeError",
}


def test_here():
    here(FAILURES)


@peer
def test_on_the_peer():
    there(FAILURES)
