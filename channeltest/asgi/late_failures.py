"""What applications raise when a test is over that is no test of channeltest's."""

from __future__ import annotations

import traceback
import warnings

from ..errors import ApplicationWarning


def warn_of(error: BaseException) -> None:
    """Warn of an exception of an application, with its traceback.

    Args:
        error: The exception.
    """
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    warnings.warn(
        "an application failed after its test's last statement; in a test case of channeltest's "
        f"the test would fail:\n{text}",
        ApplicationWarning,
        stacklevel=2,
    )
