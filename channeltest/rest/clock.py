"""The real time, by a clock that no test replaces.

freezegun replaces every attribute of a module that holds a function of `time`, mocks replace
``time.monotonic``, and time-machine replaces the wall clock inside the interpreter. None of them
reaches the system's monotonic clock through a default argument.
"""

from __future__ import annotations

import time

if hasattr(time, "clock_gettime"):

    def real_time(_read=time.clock_gettime, _clock=time.CLOCK_MONOTONIC) -> float:  # type: ignore[no-untyped-def]
        """Return the seconds of the system's monotonic clock."""
        return float(_read(_clock))

else:

    def real_time(_read=time.monotonic) -> float:  # type: ignore[no-untyped-def]
        """Return the seconds of the system's monotonic clock."""
        return float(_read())
