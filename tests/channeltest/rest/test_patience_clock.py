"""The real time, whatever a test does to `time`."""

from __future__ import annotations

from unittest import mock

import pytest
import time_machine
from freezegun import freeze_time

from channeltest.rest.patience import real_time

REPLACED = {
    "freezegun": lambda: freeze_time("2020-01-01"),
    "freezegun that ticks": lambda: freeze_time("2020-01-01", auto_tick_seconds=1000),
    "time-machine": lambda: time_machine.travel(0, tick=False),
    "mock": lambda: mock.patch("time.monotonic", return_value=0.0),
}


@pytest.mark.parametrize("replace", REPLACED.values(), ids=REPLACED)
def test_goes_on(replace):
    before = real_time()
    with replace():
        first = real_time()
        while (now := real_time()) == first:
            pass
    assert before <= first < now < before + 60
