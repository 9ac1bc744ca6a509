from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.functions.facts import ARGUMENTS, URL, Facts


@pytest.mark.parametrize("handler", ["connect", "receive", "disconnect"])
def test_arguments_make_a_method(handler):
    function = ast.parse(f"def {handler}({ARGUMENTS[handler]}): {URL}").body[0]
    assert function.args.args[0].arg == "self"


def test_what_is_not_said_is_not_so():
    facts = Facts("receive", True, True, ())
    assert not facts.notes_acceptance and not facts.has_one_layer
