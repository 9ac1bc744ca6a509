from __future__ import annotations

import pytest

from channeltest.upgrade.functions.changing import may_change_objects
from tests.channeltest.upgrade.projects import project


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Group(self.name).send({'text': text})", False),
        ("self.tell(text)", False),
        ("self.name = text", True),
        ("del self.name", True),
        ("self.name += text", True),
        ("setattr(self, 'name', text)", True),
        ("self.save()", True),
        ("self.rename(text)", True),
        ("self.again(text)", False),
    ],
)
def test_a_method(body, expected):
    text = (
        "class Room:\n"
        f"    def send_message(self, text):\n        {body}\n"
        "    def tell(self, text):\n        print(text)\n"
        "    def rename(self, text):\n        self.name = text\n"
        "    def again(self, text):\n        self.send_message(text)\n"
    )
    assert may_change_objects(project(app=text), "send_message") is expected


def test_every_function_of_the_name():
    quiet = "def tell(room):\n    print(room.name)\n"
    assert not may_change_objects(project(app=quiet), "tell")
    assert may_change_objects(project(app=quiet, b="def tell(x):\n    x.a = 1\n"), "tell")


def test_what_the_project_does_not_define():
    assert may_change_objects(project(app="x = 1\n"), "tell")
