from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.functions.reply import UnknownReply, lines_of, parts_of


def lines(text, notes=False):
    return lines_of(parts_of(ast.parse(text, mode="eval").body), ast.unparse, notes)


@pytest.mark.parametrize(
    ("text", "line", "events"),
    [
        ("{'accept': True}", "self.accept()", ["accept"]),
        ("{'accept': False}", "self.close()", ["close"]),
        ("{'close': True}", "self.close()", ["close"]),
        ("{'close': 4001}", "self.close(4001)", ["close"]),
        ("{'close': FORBIDDEN}", "self.close(FORBIDDEN)", ["close"]),
        ("{'close': codes.FORBIDDEN}", "self.close(codes.FORBIDDEN)", ["close"]),
        ("{'text': x}", "self.send(text_data=x)", ["reply"]),
        ("{'bytes': x, 'close': True}", "self.send(bytes_data=x, close=True)", ["reply", "close"]),
        ("{'text': x, 'close': False}", "self.send(text_data=x)", ["reply"]),
    ],
)
def test_lines(text, line, events):
    assert lines(text) == [(line, events)]


@pytest.mark.parametrize(
    "value",
    [
        *("x.is_staff", "not x", "x == y", "x.exists()", "a in b and c.is_active"),
    ],
)
def test_what_is_accepted_or_not(value):
    found = lines(f"{{'accept': {value}}}", True)
    text = f"if {value}:\n    self.accept()\n    self.is_accepted = True\nelse:\n    self.close()"
    assert "\n".join(line for line, _ in found) == text
    assert [events for _, events in found if events] == [["accept"], ["close"]]


def test_the_note():
    assert [line for line, _ in lines("{'accept': True}", True)][1] == "self.is_accepted = True"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x", "no literal dict"),
        ("{}", "other keys"),
        ("{'x': 1}", "other keys"),
        ("{'text': 1, **x}", "other keys"),
        ("{'text': 1, 'text': 2}", "other keys"),
        ("{'close': x}", "the close code"),
        ("{'close': False}", "does nothing"),
        ("{'text': None}", "which frame"),
        ("{'text': 'a', 'bytes': b'a'}", "which frame"),
        ("{'text': 'a', 'close': 4001}", "at once"),
        ("{'accept': x}", "plainly"),
        ("{'accept': True, 'text': 'a'}", "apart"),
    ],
)
def test_what_is_not_known(text, reason):
    with pytest.raises(UnknownReply, match=reason):
        lines(text)
