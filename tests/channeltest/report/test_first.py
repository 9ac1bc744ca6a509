"""The first test as HTML: all of it is escaped, and its addresses are those of the script."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from channeltest.record.events import Event
from channeltest.record.schema import Record
from channeltest.report.first import SIGNS, article
from channeltest.report.pairs import Pair
from channeltest.report.results import STATUSES, Result
from channeltest.report.rows import visible

from .records import consume, frame, record

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"' <!-- &amp; \u202e\0"

# The elements of a test.
ELEMENTS = {"article", "p", "h2", "h3", "pre", "div", "span", "ol", "li", "a", "i", "code", "small"}


class Reader(HTMLParser):
    """What is in some HTML."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.text, self.open = [], "", []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def of(self, css_class):
        return [each for _, each in self.elements if css_class in each.get("class", "").split()]


def read(status="passed", text="", before=None, after=None, pairs=(), name="tests.T.test_a"):
    return Reader(article(Result(name, status, text, before, after, pairs), "before.json"))


def test_what_happened():
    found = read(after=record({"text": '{"a": 1}'}))
    for text in ("passed", "tests.T.test_a", "2 events", "client \u2192 Room", '{"a": 1}'):
        assert text in found.text
    assert [each["id"] for each in found.of("row")] == ["tests.T.test_a/1", "tests.T.test_a/2"]
    assert [each["href"] for each in found.of("no")] == ["#tests.T.test_a/1", "#tests.T.test_a/2"]


def test_arrows():
    events = (consume(), frame({"text": "a"}), Event("error", "Room", "", "", "Room", "no"))
    right, left, alone = read(after=Record("a", events)).of("row")
    assert "right" in right["class"] and right["style"] == "--a:0;--b:1;--t:1"
    assert "left" in left["class"] and left["style"] == "--a:0;--b:1;--t:0"
    assert "self" in alone["class"] and alone["style"] == "--a:1;--b:1;--t:1"
    assert "step" in right["class"] and "step" not in left["class"]


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_is_a_sign_and_a_word(status):
    assert f"{SIGNS[status]} {status}" in read(status).text


def test_a_name_of_pytest():
    found = read(name="tests/test_a.py::T::test_a[x/y]", after=record())
    assert found.of("row")[0]["id"] == "tests/test_a.py::T::test_a[x/y]/1"
    assert found.of("no")[0]["href"] == "#tests%2Ftest_a.py%3A%3AT%3A%3Atest_a%5Bx%2Fy%5D/1"


def test_side_by_side():
    pairs = (Pair("a", "a", True), Pair("b", None, False))
    found = read("differs", "text", record(), record(), pairs)
    assert "Recorded (before.json)" in found.text
    assert len(found.of("both")) == len(found.of("old")) == len(found.of("none")) == 1
    assert [each["id"] for each in found.of("pair")] == [
        "tests.T.test_a/compare/1", "tests.T.test_a/compare/2"
    ]  # fmt: skip


def test_what_was_recorded_before():
    found = read("not run", before=record())
    assert "What was recorded before" in found.text
    assert found.of("row")[0]["id"] == "tests.T.test_a/before/1"


def test_nothing_happened():
    assert "Nothing was sent or received." in read(after=Record("a", ())).text


def test_a_long_record():
    found = read(after=record(*({"text": str(number)} for number in range(59))))
    assert len(found.of("row")) == 40 and "20 more lines need JavaScript." in found.text


def test_everything_is_escaped():
    hostile = Event("frame", HOSTILE, HOSTILE, HOSTILE, HOSTILE, {"text": HOSTILE, HOSTILE: 1})
    events = (hostile, consume(HOSTILE, path=HOSTILE), Event("error", HOSTILE, "", "", "", HOSTILE))
    shown = visible(HOSTILE)
    pairs = (Pair(shown, shown, True), Pair(shown, "x", False))
    result = Result(HOSTILE, "differs", HOSTILE, None, Record("a", events), pairs)
    html = article(result, shown)
    found = Reader(html)
    assert {tag for tag, _ in found.elements} <= ELEMENTS
    assert {key for _, each in found.elements for key in each} <= {
        "class", "style", "id", "href", "role", "aria-hidden", "aria-label"
    }  # fmt: skip
    assert not re.search("[\0\u202e]", html)
