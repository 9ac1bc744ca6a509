"""The real time, by a clock that no test replaces.

freezegun replaces every attribute of a module that holds a function of `time`, mocks replace
``time.monotonic``, and time-machine replaces the wall clock inside the interpreter. None of them
reaches the system's monotonic clock behind a partial function.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial


def _system_clock() -> Callable[[], float]:
    if hasattr(time, "clock_gettime"):
        return partial(time.clock_gettime, time.CLOCK_MONOTONIC)
    return partial(time.monotonic)


# Returns the seconds of the system's monotonic clock.
real_time = _system_clock()
