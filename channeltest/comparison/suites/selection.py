"""Runs a part of a suite, whatever its command is: ``upgrade --prove`` names the tests."""

from __future__ import annotations

import os
from pathlib import Path

from .old_records import name_of

# The file with the names of the tests that run, one in each line.
VARIABLE = "CHANNELTEST_TESTS"


class Selection:
    """The tests that the environment asks for.

    Raises:
        OSError: The file with their names cannot be read.
    """

    def __init__(self) -> None:
        file = os.environ.get(VARIABLE)
        lines = Path(file).read_text(encoding="utf-8").splitlines() if file else []
        self._names = {name_of(line) for line in lines} if file else None

    def has(self, test: str) -> bool:
        """Whether a test runs.

        Args:
            test: Its name under either runner.
        """
        return self._names is None or name_of(test) in self._names
