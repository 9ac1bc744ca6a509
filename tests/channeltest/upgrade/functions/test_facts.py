from __future__ import annotations

import ast

import pytest

from channeltest.sources.edits import Edits
from channeltest.upgrade.functions.facts import (
    BOTH_FRAMES,
    FRAME,
    TEXT_FRAME,
    URL,
    Facts,
    Translation,
)
from tests.channeltest.upgrade.projects import module


@pytest.mark.parametrize("arguments", [TEXT_FRAME, BOTH_FRAMES])
def test_arguments_make_a_method(arguments):
    function = ast.parse(f"def receive(self, {', '.join(arguments)}): {URL}").body[0]
    assert [each.arg for each in function.args.args][1] == FRAME["text"]


def test_what_a_part_of_a_body_needs():
    edits = Edits(module("m", ""))
    found, part = Translation(edits), Translation(edits, frames={"either"}, uses_session=True)
    found.take(part)
    assert found.frames == {"either"} and found.uses_session


def test_what_is_not_said_is_not_so():
    facts = Facts("receive", True, True, ())
    assert not facts.notes_acceptance and not facts.has_one_layer
