"""The calls that the page of the test cases describes take the arguments that it shows."""

from __future__ import annotations

import ast
import inspect
import re

import pytest

import channeltest
from channeltest.cases.websocket import CaseCommunicator

from .tutorial import PAGES

PAGE = (PAGES / "reference" / "testcases.rst").read_text("utf-8")
CALLS = [
    call
    for line in PAGE.splitlines()
    if re.match(r"``[a-z_]+\(.*``$", line) or line.startswith("``capture_")
    for call in re.findall(r"``([a-z_]+\(.*?\))``", line)
]


def shown(call: str) -> list[tuple[str, bool]]:
    """The names of a call's arguments on the page, and whether each is given by name only."""
    arguments = ast.parse(f"def {call}: pass").body[0].args
    extra = [(arguments.kwarg.arg, False)] if arguments.kwarg else []
    return [
        *((each.arg, False) for each in arguments.args),
        *((each.arg, True) for each in arguments.kwonlyargs),
        *extra,
    ]


def taken(name: str) -> list[tuple[str, bool]]:
    """The same, as the code has them."""
    homes = (CaseCommunicator, channeltest.WebsocketTestCase, channeltest)
    function = next(getattr(home, name) for home in homes if hasattr(home, name))
    parameters = inspect.signature(function).parameters.values()
    return [
        (each.name, each.kind is each.KEYWORD_ONLY) for each in parameters if each.name != "self"
    ]


@pytest.mark.parametrize("call", CALLS)
def test_arguments(call):
    assert shown(call) == taken(call.partition("(")[0])


def test_there_are_some():
    assert len(CALLS) > 12
