"""What a test gets when its live server does not serve."""

from __future__ import annotations


class LiveServerError(RuntimeError):
    """A live server did not start, ended by itself, or does not stop.

    Source: ``channels.testing`` raises a `RuntimeError` when its server stops.
    """
