"""Workers that stop by themselves."""

from __future__ import annotations

from typing import Any


class Loops:
    """Mix it into a worker: ``worker.termed = 3`` lets it loop three times.

    As suites of Channels 1 do it: each look at ``termed`` counts.
    """

    _left = 0

    @property
    def termed(self) -> bool:
        self._left -= 1
        return self._left < 0

    @termed.setter
    def termed(self, loops: Any) -> None:
        self._left = int(loops)
