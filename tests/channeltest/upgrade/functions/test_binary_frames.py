from __future__ import annotations

import ast
from textwrap import indent

import pytest

from channeltest.sources.edits import Edits
from channeltest.upgrade.functions.binary_frames import TextReads
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import module

GUARD = 'if text_data is None:\n    raise KeyError("text")\n'


def guarded(body, is_caught=False, asks=False):
    """A function in which ``TEXT`` reads a text, and ``say()`` answers, with what is put in.

    ``ASKED`` asks which frame there is.
    """
    found = module("m", f"def f(message):\n{indent(body, '    ')}\n")
    function = found.tree.body[0]
    nodes = [*ast.walk(function)]
    reads = [each for each in nodes if isinstance(each, ast.Name) and each.id == "TEXT"]
    calls = [each for each in nodes if isinstance(each, ast.Call)]
    events = {id(each) for each in calls if getattr(each.func, "id", "") == "say"}
    edits = Edits(found)
    known = TextReads(found, function, reads, events, is_caught)
    questions = {id(each) for each in nodes if getattr(each, "id", "") == "ASKED"}
    is_guarded = known.guard_unasked(edits, questions) if asks else known.guard(edits)
    text = edits.apply()
    assert is_guarded is (text != found.text)
    return text


@pytest.mark.parametrize(
    "body",
    [
        '"""Doc."""\nx = TEXT\nsay(TEXT)',
        "log.info('x')\nroom = Room.objects.get(pk=1)\nx = loads(TEXT)",
        "try:\n    x = loads(TEXT)\nexcept ValueError:\n    say()",
        "with atomic():\n    x = TEXT",
        "if TEXT:\n    say()",
        "say(TEXT)\nsay(TEXT)",
    ],
)
def test_a_text_that_comes_first(body):
    assert "KeyError" not in guarded(body)


@pytest.mark.parametrize(
    "body",
    [
        "say()\n{}x = TEXT",
        "say()\ntry:\n    {}x = TEXT\nexcept ValueError:\n    say(TEXT)",
        "say()\ntry:\n    {}x = TEXT\nexcept ValueError:\n    y = 1\nelse:\n    say(TEXT)",
        "say()\ntry:\n    f()\n    {}x = TEXT\nexcept ValueError:\n    {}say(TEXT)",
        "say()\ntry:\n    {}x = TEXT\nexcept KeyError:\n    {}say(TEXT)",
        "say()\ntry:\n    {}x = TEXT\nfinally:\n    {}say(TEXT)",
        "if y:\n    return\n{}x = TEXT\nsay(TEXT)",
        "save()\n{}x = TEXT",
        "if y:\n    {}x = TEXT",
        "try:\n    {}x = TEXT\nexcept KeyError:\n    say()",
        "try:\n    {}x = TEXT\nexcept (ValueError, LookupError):\n    say()",
        "try:\n    {}x = TEXT\nexcept:\n    say()",
        "try:\n    {}x = TEXT\nfinally:\n    say()",
        "with suppress(KeyError):\n    {}x = TEXT",
        "say()\n{}if TEXT:\n    x = TEXT",
        "say()\n{}x = TEXT\nfor y in x:\n    say(TEXT if y else None)",
    ],
)
def test_a_text_that_comes_later(body):
    inside = "\n    {}" in body
    guard = indent(GUARD, "    ").lstrip() + "    " if inside else GUARD
    plain = body.replace("{}", "")
    assert guarded(plain) == f"def f(message):\n{indent(body.replace('{}', guard), '    ')}\n"


def test_decorators_that_may_catch():
    assert guarded("x = TEXT", is_caught=True).count("KeyError") == 1


@pytest.mark.parametrize(
    "body",
    [
        "say()\nx = TEXT if y else None",
        "say()\nx = y and TEXT",
        "say()\nx = [TEXT for z in y]",
        "say()\nx = lambda: TEXT",
        "if y:\n    say()\nelif TEXT:\n    pass",
        "say(); x = TEXT",
    ],
)
def test_what_cannot_be_said(body):
    with pytest.raises(Left, match="binary"):
        guarded(body)


@pytest.mark.parametrize(
    ("body", "is_known"),
    [
        ("if ASKED:\n    x = TEXT", True),
        ("if not ASKED:\n    return\nfor x in y:\n    say(TEXT)", True),
        ("x = TEXT if ASKED else None", True),
        ("x = ASKED and TEXT", True),
        ("x = ASKED\nsay(TEXT)", False),
        ("if ASKED:\n    say()\nx = TEXT", False),
        ("say(ASKED, TEXT)", False),
    ],
)
def test_which_frame_it_is(body, is_known):
    assert ("KeyError" not in guarded(body, asks=True)) is is_known
