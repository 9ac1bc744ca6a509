"""The numbers of a captive layer where the settings have no routes."""

from __future__ import annotations

import re

import pytest

from channeltest.layers.capacity import Limits, options_of


class TestLimits:
    def test_every_channel(self):
        assert Limits(7)("anything") == 7

    def test_channels_4s_own(self):
        assert Limits()("anything") == 100

    @pytest.mark.parametrize("pattern", ["few.*", re.compile("few")])
    def test_patterns(self, pattern):
        limits = Limits(7, {pattern: 2, "*": 3})
        assert [limits("few.of_these"), limits("others")] == [2, 3]

    def test_no_pattern_fits(self):
        assert Limits(7, {"few.*": 2})("others") == 7


class TestOptionsOf:
    def test_nothing_said(self):
        options = options_of({})
        assert options.pop("limits")("anything") == 100
        assert options == {"capacity": 100}

    def test_what_concerns_servers_is_left_out(self):
        options = options_of({"hosts": [("127.0.0.1", 1)], "prefix": "x", "expiry": 3})
        assert set(options) == {"expiry", "capacity", "limits"}

    def test_numbers(self):
        config = {"capacity": 5, "group_expiry": 9, "channel_capacity": {"few.*": 2}}
        options = options_of(config)
        assert (options["capacity"], options["group_expiry"]) == (5, 9)
        assert [options["limits"]("others"), options["limits"]("few.one")] == [5, 2]
