from __future__ import annotations

import ast

import pytest

from channeltest.sources.files import SourceError
from channeltest.sources.module import Module, name_of
from tests.channeltest.upgrade.projects import module


def expressions(text, name="chat.consumers"):
    found = module(name, text)
    return found, [each.value for each in found.tree.body if isinstance(each, ast.Expr)]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("from channels import Group\nGroup", "channels.Group"),
        ("from channels.channel import Group as G\nG", "channels.Group"),
        ("import channels\nchannels.Group", "channels.Group"),
        ("import channels.routing as r\nr.route", "channels.route"),
        ("from .models import Room\nRoom.objects", "chat.models.Room.objects"),
        ("from ..auth import x\nx", "auth.x"),
        ("from . import models\nmodels.Room", "chat.models.Room"),
        ("def f(): pass\nf", "chat.consumers.f"),
        ("from a import x\nfrom b import x\nx", None),
        ("from .models import *\nRoom.objects", "chat.models.Room.objects"),
        ("from .models import *\nstr", None),
        ("from .models import *\nfrom .urls import *\nx", None),
        ("unknown.x", None),
        ("f().x", None),
    ],
)
def test_meaning(text, meaning):
    found, [node] = expressions(text)
    assert found.meaning(node) == meaning


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_source_of_nodes(end):
    text = f"# é{end}'é', 'ab', café.x{end}"
    found = Module(module("m", "").path, "m", text, "utf-8")
    [statement] = found.tree.body
    assert [found.source(each) for each in statement.value.elts] == ["'é'", "'ab'", "café.x"]


def test_decorators_belong_to_a_function():
    found = module("m", "@a\n@b(1)\ndef f():\n    pass\n")
    assert found.source(found.tree.body[0]) == "@a\n@b(1)\ndef f():\n    pass"


def test_a_name_that_is_bound_twice_defines_nothing():
    assert set(module("m", "a = 1\na = 2\nb = 1\nb += 1\nc = 1\n").definitions) == {"c"}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("x = 1\nprint 'a'\n", r"m.py:2: is no Python 3 .* 2to3 first"),
        ("x = 1\n\0", "m.py:2: holds a NUL byte"),
        ("x = " + "(" * 500 + ")" * 500, "m.py"),
    ],
)
def test_what_cannot_be_parsed(text, error):
    found = module("m", text)
    with pytest.raises(SourceError, match=error):
        _ = found.tree
    assert not found.is_python3


@pytest.mark.parametrize(
    ("name", "is_test"),
    [
        ("chat.tests", True),
        ("chat.tests.test_rooms", True),
        ("chat.test_rooms", True),
        ("tests.base", True),
        ("conftest", True),
        ("chat.consumers", False),
        ("contest.models", False),
        ("latest", False),
    ],
)
def test_test_files(name, is_test):
    assert module(name, "").is_test is is_test


def test_names_begin_above_the_outermost_package(tmp_path):
    for folder in ("chat", "chat/api"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
    assert name_of(tmp_path / "chat" / "api" / "views.py") == "chat.api.views"
    assert name_of(tmp_path / "chat" / "__init__.py") == "chat"
    assert name_of(tmp_path / "manage.py") == "manage"


def test_a_list_of_routes_mentions_channels():
    assert module("routing", "r = [C.as_route(path='^/c/$')]").mentions_channels
