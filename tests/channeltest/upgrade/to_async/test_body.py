from __future__ import annotations

import pytest

from tests.channeltest.upgrade.to_async.sources import receive, receive_stays

KNOWN = [
    "if text_data:\n    self.send('a')\nelse:\n    self.send('b')",
    "while text_data:\n    text_data = text_data[1:]\n    self.send('a')",
    "for a, (b, *c) in [(1, [2])]:\n    self.send('a')\nelse:\n    self.send('b')",
    "try:\n    self.send('a')\nexcept (ValueError, json.JSONDecodeError) as error:\n"
    "    self.send(str(error))\nelse:\n    self.send('b')\nfinally:\n    self.send('c')",
    "try:\n    self.send('a')\nexcept Room.DoesNotExist:\n    pass",
    "a = b = text_data\na += 'b'\nc: int = 1\nself.send(a)",
    "a = {}\na['b'] = text_data\ndel a['b']\nself.send('a')",
    "assert text_data, 'no text'\nself.send('a')",
    "if not text_data:\n    raise ValueError('a') from None\nself.send('a')",
    "self.a = text_data\nself.send(self.a)",
]


@pytest.mark.parametrize("lines", KNOWN)
def test_statements(lines):
    assert receive(lines) == lines.replace("self.send(", "await self.send(")


@pytest.mark.parametrize(
    "lines",
    [
        *(
            "if {}:\n    pass",
            "if a:\n    {}",
            "if a:\n    pass\nelse:\n    {}",
            "while {}:\n    break",
        ),
        *(
            "for a in {}:\n    pass",
            "for a in 'b':\n    {}",
            "for a in 'b':\n    pass\nelse:\n    {}",
        ),
        *("try:\n    {}\nfinally:\n    pass", "try:\n    pass\nexcept ValueError:\n    {}"),
        *(
            "try:\n    pass\nexcept ValueError:\n    pass\nelse:\n    {}",
            "try:\n    pass\nfinally:\n    {}",
        ),
        *(
            "a = {}",
            "a += {}",
            "b: int = {}",
            "a[{}] = 1",
            "del a[{}]",
            "assert {}",
            "assert a, {}",
        ),
        *("return {}", "raise ValueError({})", "raise ValueError('a') from {}", "self.a = {}"),
        *("def f():\n    {}", "def f(b={}):\n    pass", "a = lambda b={}: 1"),
    ],
)
def test_statements_that_read_a_database(lines):
    receive_stays("a = {}\n" + lines.format("Room.objects.get()"), "may query the database")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("with open('a') as file:\n    pass", "what it enters with 'with'"),
        ("with lock:\n    pass", "what it enters with 'with'"),
        ("from .models import Room as R", "it imports when it runs"),
        ("import os", "it imports when it runs"),
        ("global json", "what this does"),
        ("class A:\n    pass", "what this does"),
        ("raise Room.DoesNotExist()", "what Room.DoesNotExist does"),
        ("raise other", "what raising this does"),
        ("try:\n    pass\nexcept f():\n    pass", "which exceptions"),
        ("return self", "it returns the consumer"),
        ("return self.scope", "it returns the scope"),
        ("text_data.a = 1", "what this assignment changes"),
        ("a, self.b = self.scope, 1", "what becomes of the scope"),
    ],
)
def test_statements_that_are_not_known(lines, reason):
    receive_stays(lines, reason)


def test_exceptions_of_the_project():
    above = "class Refused({}):\n    {}\n\n\n"
    receive("raise Refused('a')", above.format("Exception", '"""No."""'))
    receive_stays("raise Refused('a')", "what raising", above.format("Other", "pass"))
    receive_stays(
        "raise Refused('a')", "what raising", above.format("Exception", "def __init__(self): pass")
    )


def test_suppressed_exceptions():
    above = "from contextlib import suppress\n"
    receive("with suppress(ValueError):\n    self.send('a')", above)


def test_nested_functions():
    line = "def f(a, b=1):\n    return a\nself.send(f(text_data))"
    assert receive(line) == line.replace("self.send", "await self.send")
    receive_stays(
        "def f():\n    self.send('a')\nf()", "it cannot be awaited inside of a nested function"
    )
    receive_stays("@wraps\ndef f():\n    pass\nf()", "what its decorators do")
    receive_stays("def f():\n    return self.scope['user']\nf()", "it returns the user")


def test_a_variable_that_is_two_things():
    receive_stays("a = 1\na = self\na.upper()", "what upper() does")
