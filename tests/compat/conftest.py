"""Fixtures of the tests of the 1.x API."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from channeltest.compat import log as log_module

Lines = Callable[[], list[str]]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Lines]:
    """What ``django.channels`` logs, as lines; also when another test has set the logger up."""
    logger = logging.getLogger("django.channels")
    before, logger.propagate = logger.propagate, True
    with caplog.at_level(logging.DEBUG, "django.channels"):
        yield lambda: [record.getMessage() for record in caplog.records]
    logger.propagate = before


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What `setup_logger` writes; the loggers it changes are as before afterwards."""
    names = ["django.channels", *log_module._DAPHNE_LOGGERS]
    loggers = [logging.getLogger(name) for name in names]
    states = [(each, each.handlers[:], each.level, each.propagate) for each in loggers]
    written = io.StringIO()
    monkeypatch.setattr(log_module, "handler", logging.StreamHandler(written))
    yield written
    for logger, handlers, level, propagate in states:
        logger.handlers[:] = handlers
        logger.setLevel(level)
        logger.propagate = propagate
