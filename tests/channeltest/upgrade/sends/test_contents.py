from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.sends.contents import (
    content_functions,
    content_of_call,
    count_definitions,
    spelled_dict,
)
from tests.channeltest.upgrade.projects import project


def spelled(text):
    return spelled_dict(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize("text", ["{'a': 1, 'b': f(2)}", "dict(a=1, b=f(2))"])
def test_dicts(text):
    assert ast.unparse(spelled(text)) == "{'a': 1, 'b': f(2)}"


@pytest.mark.parametrize("text", ["a", "dict(a)", "dict(**a)", "f(a=1)", "m.dict(a=1)", "[]"])
def test_others(text):
    assert spelled(text) is None
    assert spelled_dict(None) is None


FUNCTIONS = """\
def dump(kind, **more):
    more["kind"] = kind
    return {"text": str(more)}

class Note:
    def message(self):
        return dict(text=self.text)
"""


def returned(text, functions=FUNCTIONS):
    found = project(m=functions, views=f"import json\nfrom m import dump\nx = {text}\n")
    views = found.modules["views"]
    content = content_of_call(found, views, views.tree.body[-1].value)
    return None if content is None else ast.unparse(content)


def test_functions_that_return_a_dict():
    assert returned("dump('a')") == "{'text': str(more)}"
    assert returned("note.message()") == "{'text': self.text}"


@pytest.mark.parametrize("text", ["json.dump(1)", "f().dump()", "other()", "note.dump(2)"])
def test_calls_of_others(text):
    assert returned(text) is None


@pytest.mark.parametrize(
    "functions",
    [
        "@cached\ndef dump(): return {'text': ''}",
        "def dump():\n    if x: return {}\n    return {'text': ''}",
        "def dump(): return x or {'text': ''}",
        "def dump(): return {'text': ''}\nclass A:\n    def dump(self): return {'text': ''}",
    ],
)
def test_functions_that_may_return_something_else(functions):
    assert returned("dump('a')", functions) is None


def test_names():
    found = project(m=FUNCTIONS, n="def dump(): pass\n", tests="def message(): pass\n")
    assert [*content_functions(found)] == []
    assert count_definitions(found, "dump") == 2
