"""Timeouts and patience: what the settings say, and no timeout under a debugger."""

from __future__ import annotations

import bdb
import sys
from unittest import mock

import pytest
from django.core.exceptions import ImproperlyConfigured

from channeltest.config import DEFAULT, is_debugged, patience, seconds


@pytest.mark.parametrize(
    ("argument", "attribute", "setting", "result"),
    [
        (DEFAULT, DEFAULT, DEFAULT, 1.0),
        (DEFAULT, DEFAULT, 5, 5.0),
        (DEFAULT, DEFAULT, None, None),
        (DEFAULT, 3.0, 5, 3.0),
        (DEFAULT, None, 5, None),
        (2, 3.0, 5, 2),
        (None, 3.0, 5, None),
        (0, 3.0, 5, 0),
    ],
)
def test_which_timeout_counts(settings, argument, attribute, setting, result):
    settings.CHANNELTEST = {} if setting is DEFAULT else {"TIMEOUT": setting}
    assert seconds(argument, attribute, 1.0) == result


@pytest.mark.parametrize("setting", ["1", True, -1, float("nan"), []])
def test_a_setting_that_is_none(settings, setting):
    settings.CHANNELTEST = {"TIMEOUT": setting}
    with pytest.raises(ImproperlyConfigured, match=r"CHANNELTEST\['TIMEOUT'\] is a number of sec"):
        seconds(DEFAULT, DEFAULT, 1.0)


@pytest.mark.parametrize("setting", ["1", True, -1, float("nan"), None])
def test_a_patience_that_is_none(settings, setting):
    settings.CHANNELTEST = {"PATIENCE": setting}
    with pytest.raises(ImproperlyConfigured, match=r"CHANNELTEST\['PATIENCE'\] is a number of sec"):
        patience()


def test_patience(settings):
    assert patience() == 1.0
    settings.CHANNELTEST = {"PATIENCE": 0}
    assert patience() == 0.0


def test_without_django(monkeypatch):
    """Communicators run any ASGI application."""
    monkeypatch.setattr("channeltest.config.has_settings", lambda: False)
    assert (patience(), seconds(DEFAULT, DEFAULT, 2.0)) == (1.0, 2.0)


def traced(tracer):
    with mock.patch.object(sys, "gettrace", return_value=tracer):
        return is_debugged(), seconds(0.01, DEFAULT, 1.0)


def test_no_timeout_under_a_debugger():
    debugger = bdb.Bdb()
    debugger.reset()
    assert traced(debugger.trace_dispatch) == (True, None)


def test_what_else_traces_is_no_debugger():
    assert traced(lambda *_: None) == (False, 0.01)


@pytest.mark.skipif(not hasattr(sys, "monitoring"), reason="new in Python 3.12")
def test_a_debugger_that_monitors():
    sys.monitoring.use_tool_id(sys.monitoring.DEBUGGER_ID, "debugger")
    try:
        assert is_debugged()
    finally:
        sys.monitoring.free_tool_id(sys.monitoring.DEBUGGER_ID)
