"""Transactional isolation with async consumers: pytest-django#580, channels#1091, #1110, #2118."""

from __future__ import annotations

from .sides import here, peer, there

FAILURES = {
    "test_case_on_file": "no",
    "pytest_in_memory": "no",
    "pytest_on_file": "no",
}


def test_here():
    here(FAILURES)


@peer
def test_on_the_peer():
    there(FAILURES)
