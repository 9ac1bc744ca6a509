"""`Replaced`: an attribute that is put back exactly once."""

from __future__ import annotations

from typing import Any

_NOTHING = object()


class Replaced:
    """Gives one object another attribute, until it is undone.

    Args:
        owner: The object.
        name: The attribute's name.
        value: What it is meanwhile.
    """

    def __init__(self, owner: Any, name: str, value: Any) -> None:
        self._owner = owner
        self._name = name
        self._value = value
        self._before = vars(owner).get(name, _NOTHING)
        setattr(owner, name, value)

    def undo(self) -> None:
        """Put back what was there, unless somebody else has replaced it since."""
        if vars(self._owner).get(self._name) is not self._value:
            return
        if self._before is _NOTHING:
            delattr(self._owner, self._name)
        else:
            setattr(self._owner, self._name, self._before)
