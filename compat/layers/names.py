"""Remembers the names that a layer has found valid."""

from __future__ import annotations

from collections.abc import Callable


class ValidNames:
    """Checks names, each only once.

    Args:
        check: Checks one name and raises TypeError if it is not valid.
        most: Names that are remembered; random reply channels must not make them grow for ever.
    """

    def __init__(self, check: Callable[[str], object], most: int = 5000) -> None:
        self._check = check
        self._most = most
        self._known: set[str] = set()

    def require(self, name: str) -> None:
        """Check ``name`` unless that was done before.

        Raises:
            TypeError: It is not valid.
        """
        if not isinstance(name, str) or name not in self._known:
            self._check(name)
            if len(self._known) >= self._most:
                self._known.clear()
            self._known.add(name)
