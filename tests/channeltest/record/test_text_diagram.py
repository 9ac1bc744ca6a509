"""Sequence diagrams: what Mermaid can read, of whatever was sent."""

from __future__ import annotations

import re

import pytest
from channels import Channel, Group

from channeltest import Client

from ..rooms import NEW, OLD, enter, talk
from .test_tracing import traced

pytestmark = pytest.mark.django_db(transaction=True)


# What Mermaid's grammar for sequence diagrams allows, as far as we use it.
STATEMENT = re.compile(
    r"    (participant p\d+ as [^;#%<>\n]+"
    r"|p\d+(->>|-->>)p\d+: ([^;#%<>\n]|#\w+;)+"
    r"|Note over p\d+: ([^;#%<>\n]|#\w+;)+)"
)


def check_mermaid(text):
    head, *lines = text.splitlines()
    assert head == "sequenceDiagram"
    assert [line for line in lines if not STATEMENT.fullmatch(line)] == []
    used = set(re.findall(r"\bp\d+\b", " ".join(line for line in lines if " as " not in line)))
    declared = re.findall(r"participant (p\d+) as", text)
    assert set(declared) == used
    assert len(declared) == len(used)


class TestMermaid:
    @pytest.mark.parametrize("routes", [OLD, NEW])
    def test_parses(self, routes):
        def body():
            with pytest.raises(ValueError, match="no such word"):
                talk("hi", "fail")
            Client().get_next_message("empty")

        check_mermaid(traced(body, routes).as_mermaid())

    def test_whatever_is_said(self):
        text = 'a; b # c %% d -->> e: <b> \n end "x" -x'
        check_mermaid(traced(lambda: Channel("c").send({"text": text})).as_mermaid())

    def test_without_content(self):
        check_mermaid(traced(lambda: Channel("c").send({})).as_mermaid())

    def test_of_nothing(self):
        assert traced(lambda: None).as_mermaid() == "sequenceDiagram\n"

    def test_of_a_room(self):
        def body():
            client = enter()
            Group("room").send({"text": "hello"})
            client.receive(json=False)

        assert traced(body, OLD).as_mermaid().splitlines() == [
            "sequenceDiagram",
            "    participant p0 as client",
            "    participant p1 as Room",
            "    participant p2 as the test",
            "    participant p3 as group room",
            "    p0->>p1: websocket.connect {'path': '/room/'}",
            "    p1-->>p0: {'accept': True}",
            "    p2->>p3: (to 1) {'text': 'hello'}",
            "    p3-->>p0: {'text': 'hello'}",
        ]

    def test_of_a_large_group(self):
        def body():
            for _ in range(10):
                Client().join_group("g")
            Group("g").send({"n": 1})

        text = traced(body).as_mermaid()
        assert text.count("-->>") == 8
        assert "and to 2 more" in text
        check_mermaid(text)
