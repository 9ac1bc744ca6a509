"""What applications raise when the test is over."""

from __future__ import annotations

import pytest

from channeltest import ApplicationWarning
from channeltest.asgi.late_failures import warn_of


def test_has_the_traceback():
    with pytest.raises(KeyError) as caught:
        {}["lost"]
    with pytest.warns(ApplicationWarning, match=r"(?s)after its test's last.*KeyError: 'lost'"):
        warn_of(caught.value)
