"""`ShowsRecord`: the test cases whose failures show the record."""

from __future__ import annotations

import unittest
from typing import TYPE_CHECKING, Any

from .failures import ShowingResult, show

if TYPE_CHECKING:
    _Base = unittest.TestCase
else:
    _Base = object

# unittest and pytest leave frames of modules with this name out of tracebacks.
__unittest = True


class ShowsRecord(_Base):
    """Notes the record on the exception that fails a test of any of unittest's cases."""

    def run(self, result: Any = None) -> Any:
        """Run the test: a result that it reports to gets failures with the record."""
        showing: Any = result
        if result is not None and not isinstance(result, ShowingResult):
            showing = ShowingResult(result)
        return super().run(showing)

    def debug(self) -> None:
        """Run the test without a result: what it raises has the record."""
        try:
            super().debug()
        except BaseException as error:
            show(error)
            raise
