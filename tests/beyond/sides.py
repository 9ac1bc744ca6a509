"""What is beyond ``channels.testing``: the same lines run with it and with channeltest.

The lines are the probes of ``tests/comparison/features``; each runs in a process of its own.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.comparison.libraries import CHANNELS, CHANNELTEST
from tests.comparison.probe import YES, answers_of

peer = pytest.mark.peer


def here(failures: Mapping[str, str]) -> None:
    """Check that the lines run with channeltest.

    Args:
        failures: How each probe fails with ``channels.testing``, by its name.
    """
    assert answers_of(CHANNELTEST, *failures) == dict.fromkeys(failures, YES)


def there(failures: Mapping[str, str]) -> None:
    """Check that they fail with ``channels.testing``, and how.

    Args:
        failures: As for `here`.
    """
    assert answers_of(CHANNELS, *failures) == failures
