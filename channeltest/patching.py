"""`Patch`: the one way in which the harness replaces somebody else's attribute."""

from __future__ import annotations

import threading
from typing import Any

_NOTHING = object()
_lock = threading.RLock()


class Patch:
    """Replaces an attribute for as long as somebody needs it.

    Uses are counted: the first `start` replaces the attribute, the last `stop` puts back what was
    there. What somebody else has put there meanwhile (a test's mock, for one) stays.

    Args:
        owner: The object whose attribute it is: a module, a class or an instance.
        name: The attribute's name.
        value: What replaces it.
        instead_of: The only value that it replaces: while the attribute has another one, a test's
            mock for example, `start` does nothing. By default it replaces any value.

    Attributes:
        original: What was there before the first use.
    """

    def __init__(self, owner: Any, name: str, value: Any, instead_of: Any = None) -> None:
        self._owner = owner
        self._name = name
        self._value = value
        self._instead_of = instead_of
        self._before: Any = _NOTHING
        self._users = 0
        self.original: Any = getattr(owner, name, None)

    @property
    def is_active(self) -> bool:
        """Whether somebody needs the replacement."""
        return self._users > 0

    def start(self) -> bool:
        """Replace the attribute, or count one more use.

        Returns:
            Whether it did; if so, `stop` has to be called.
        """
        with _lock:
            if not self._users:
                found = vars(self._owner).get(self._name, _NOTHING)
                if self._instead_of not in (None, found) and found is not self._value:
                    return False
                # A mock that outlived the last use has put ours back: what was there is known.
                if found is not self._value:
                    self._before, self.original = found, getattr(self._owner, self._name, None)
                    setattr(self._owner, self._name, self._value)
            self._users += 1
            return True

    def stop(self) -> None:
        """Count one use less; the last one puts the attribute back if it is still ours."""
        with _lock:
            if not self._users:
                return
            self._users -= 1
            if self._users or vars(self._owner).get(self._name) is not self._value:
                return
            if self._before is _NOTHING:
                delattr(self._owner, self._name)
            else:
                setattr(self._owner, self._name, self._before)


class Patches:
    """Patches that one user needs together.

    Args:
        *patches: The patches.
    """

    def __init__(self, *patches: Patch) -> None:
        self._patches = patches
        self._started: list[Patch] = []

    def start(self) -> None:
        """Start them, unless they are; a patch that finds somebody else's attribute is left out."""
        if not self._started:
            self._started = [patch for patch in self._patches if patch.start()]

    def stop(self) -> None:
        """Stop those that were started; calling it again does nothing."""
        while self._started:
            self._started.pop().stop()
