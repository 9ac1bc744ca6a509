"""Assertions whose text is exact: pytest adds to those of ``assert``, and ``-O`` drops them."""

from __future__ import annotations


def insist(is_so: bool, text: str) -> None:
    """Raise an AssertionError unless something is so.

    Args:
        is_so: Whether it is.
        text: The text of the error.
    """
    if not is_so:
        raise AssertionError(text)
