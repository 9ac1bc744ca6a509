from __future__ import annotations

import io
import logging

import pytest
from channeltest.compat import log

DAPHNE = ["daphne.ws_protocol", "daphne.http_protocol", "daphne.server"]


pytestmark = pytest.mark.usefixtures("console")


def test_returns_the_logger() -> None:
    logger = log.setup_logger("django.channels")
    assert logger is logging.getLogger("django.channels")
    assert not logger.propagate


def test_writes_to_the_module_handler(console: io.StringIO) -> None:
    log.setup_logger("django.channels").info("hello")
    assert console.getvalue().endswith(" - INFO - test_log - hello\n")


@pytest.mark.parametrize(("verbosity", "level"), [(1, logging.INFO), (2, logging.DEBUG)])
def test_verbosity(verbosity: int, level: int) -> None:
    log.setup_logger("django.channels", verbosity)
    assert {logging.getLogger(name).level for name in ["django.channels", *DAPHNE]} == {level}


@pytest.mark.parametrize("name", DAPHNE)
def test_daphne(name: str, console: io.StringIO) -> None:
    log.setup_logger("django.channels")
    logging.getLogger(name).info("hello")
    assert "hello" in console.getvalue()


def test_twice_writes_once(console: io.StringIO) -> None:
    log.setup_logger("django.channels")
    log.setup_logger("django.channels").info("hello")
    assert console.getvalue().count("hello") == 1
