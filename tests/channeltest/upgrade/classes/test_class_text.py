from __future__ import annotations

from textwrap import dedent

import pytest

from channeltest.sources.edits import Edits
from channeltest.upgrade.classes.class_text import ClassText
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import module

TEXT = """\
class C:
    a = True

    b = 1

    def f(self):
        \"\"\"Do.\"\"\"
        return 1
"""


def changed(change, text=TEXT):
    """The class after ``change``, which gets its `ClassText` and its statements."""
    found = module("m", text)
    [node] = found.tree.body
    edits = Edits(found)
    change(ClassText(node, edits), node.body)
    return edits.apply()


def test_lines_go_behind_a_docstring():
    text = changed(lambda written, body: written.insert(body[-1], ["x = 1"]))
    assert text.endswith('"""Do."""\n        x = 1\n        return 1\n')
    with pytest.raises(Left, match="in one line"):
        changed(
            lambda written, body: written.insert(body[0], ["x"]),
            "class C:\n    def f(self): pass\n",
        )


def test_attributes_go():
    assert changed(lambda written, body: written.remove(body[:1])).startswith(
        "class C:\n    b = 1\n"
    )
    only = changed(lambda written, body: written.remove(body), "class C:\n    a = True\n")
    assert only == "class C:\n    pass\n"


def test_a_session():
    text = changed(lambda written, body: written.make_session())
    assert dedent("""\
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            self.channel_session = {}
    """) in dedent(text.partition("b = 1\n\n")[2])


def test_a_guard():
    text = changed(lambda written, body: written.guard(body[-1]))
    assert text.startswith("class C:\n    is_accepted = False\n    a = True\n")
    assert "        if not self.is_accepted:\n            return\n        return 1\n" in text


def test_groups_are_computed():
    text = changed(lambda written, body: written.join_groups(body[-1], "x"))
    assert "self.groups = self.connection_groups(x)\n" in text
