"""`errors`: what every exception is, where it is found, and that it is documented."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path

import pytest
from channels.exceptions import DenyConnection

import channeltest
from channeltest import errors

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "errors.rst"
# Python's own, on most versions.
NAMES = [
    name
    for name, each in vars(errors).items()
    if inspect.isclass(each) and each.__module__ == errors.__name__ and name != "TimedOut"
]


@pytest.mark.parametrize("name", NAMES)
def test_each_is_exported_and_documented(name):
    assert getattr(channeltest, name) is getattr(errors, name)
    assert f".. autoexception:: {name}\n" in PAGE.read_text()


@pytest.mark.parametrize(
    ("name", "bases"),
    [
        ("ApplicationCancelled", (AssertionError,)),
        ("ApplicationWarning", (UserWarning,)),
        ("BoundedWaitWarning", (UserWarning,)),
        ("Denied", (DenyConnection, AssertionError)),
        ("LiveServerError", (RuntimeError,)),
        ("MalformedEvent", (ValueError, AssertionError)),
        ("Refused", (AssertionError,)),
        ("StageError", (AssertionError,)),
        ("TimedOut", (asyncio.TimeoutError, TimeoutError)),
        ("UnsharedTransactionWarning", (UserWarning,)),
        ("WireError", (TypeError,)),
        ("WireWarning", (UserWarning,)),
    ],
)
def test_each_is_what_suites_expect(name, bases):
    assert all(issubclass(getattr(errors, name), base) for base in bases)


def test_the_list_is_whole():
    assert set(NAMES) >= {"ApplicationCancelled", "LiveServerError", "WireWarning"}
