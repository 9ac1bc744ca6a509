from __future__ import annotations

import pytest

from channeltest.upgrade.prove.statements import file_of, functions, is_reached
from tests.channeltest.upgrade.projects import module


def one(text):
    """The only function of a module."""
    return next(iter(functions(module("app", text)).values()))


def test_functions():
    text = """\
    def f():
        def inner(): pass

    class C:
        @property
        def p(self): pass

        @p.setter
        def p(self, value): pass

        async def q(self): pass

    if True:
        def g(): pass
    """
    assert {*functions(module("app", text))} == {"f", "f.inner", "C.p", "C.p#2", "C.q", "g"}
    assert functions(None) == {}


def test_a_file():
    found = module("app.views", "")
    assert file_of(found.path.parent.parent / "app", found) == "views.py"


BODY = """\
def f(a):
    "A text."
    global b
    b = a
    if a:
        c = 1
        d = 2
    else:
        e = 3
    try:
        g()
    except ValueError:
        h()
    finally:
        i()
    for j in a:
        k = [
            1,
        ]
    return b
"""


def test_statements():
    found = [each.lineno for each in one(BODY).statements()]
    assert found == [4, 5, 6, 7, 9, 10, 11, 15, 13, 16, 17, 20]


@pytest.mark.parametrize(
    ("reached", "missing"),
    [
        (range(1, 21), []),
        ([], [4]),
        ([4], [5]),
        ([4, 5, 6, 7, 10, 11, 15, 16, 18, 20], [9, 13]),
        ([4, 5, 9, 10, 11, 13, 15, 16], [6, 17, 20]),
    ],
)
def test_places_that_no_test_reaches(reached, missing):
    assert sorted(one(BODY).missing({*reached})) == missing


def test_statements_over_several_lines():
    last = [*one(BODY).statements()][-2]
    assert (is_reached(last, {18}), is_reached(last, {20})) == (True, False)


def test_functions_in_functions_are_none_of_its_statements():
    found = functions(module("app", "def f():\n    def g():\n        a = 1\n    return g\n"))
    assert [each.lineno for each in found["f"].statements()] == [2, 4]
    assert [each.lineno for each in found["f.g"].statements()] == [3]
