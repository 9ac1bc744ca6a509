from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.constant_texts import text_of
from tests.channeltest.upgrade.projects import project

ABOVE = """\
from . import consts
from .consts import SLUG as S
from .more import *
ID = "[0-9]+"
LOOP = LOOP
a = b, c = "xy"
OPENING = "^/" + ID
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'a'", "a"),
        ("ID", "[0-9]+"),
        ("'^/' + ID + '$'", "^/[0-9]+$"),
        ("'^/' + S", "^/[a-z]+"),
        ("consts.SLUG", "[a-z]+"),
        ("'%s/%s' % (ID, S)", "[0-9]+/[a-z]+"),
        ("'^%s$' % ID", "^[0-9]+$"),
        ("f'^{ID}$'", "^[0-9]+$"),
        ("OPENING + '/'", "^/[0-9]+/"),
        ("END", "$"),
        ("'%d' % ID", None),
        ("'%s%s' % ID", None),
        ("'a' + f()", None),
        ("f'{ID!r}'", None),
        ("f'{ID:>3}'", None),
        ("LOOP", None),
        ("unknown", None),
        ("b", None),
        ("1", None),
    ],
)
def test_texts(expression, expected):
    found = project(
        app__routing=f"{ABOVE}x = {expression}",
        app__consts='SLUG = "[a-z]+"',
        app__more='END = "$"',
    )
    module = found.modules["app.routing"]
    [*_, last] = module.tree.body
    assert isinstance(last, ast.Assign)
    assert text_of(found, module, last.value) == expected
