"""Remembers the names that a layer has found valid."""

from __future__ import annotations

from collections.abc import Callable

# Random reply channels must not make the set grow for ever.
_MOST = 5000


class ValidNames(set[str]):
    """The names that were checked: each is checked only once."""

    def require(self, name: str, check: Callable[[str], object]) -> None:
        """Check ``name`` unless that was done before.

        Args:
            name: The name.
            check: Raises TypeError if the name is not valid.

        Raises:
            TypeError: It is not valid.
        """
        if not isinstance(name, str) or name not in self:
            check(name)
            if len(self) >= _MOST:
                self.clear()
            self.add(name)
