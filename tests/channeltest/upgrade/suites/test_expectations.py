from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.suites.client_calls import ClientCalls
from channeltest.upgrade.suites.expectations import expected_of, is_rejection, rejection
from tests.channeltest.upgrade.suites.cases import family, method


def last(statement):
    """The last statement of a test with a client, its method, and what reads its calls."""
    only, clients, values = family(method(f"client = WSClient()\n{statement}"))
    [test] = only.methods
    return test.node.body[-1], test, ClientCalls(test, clients, values, ast.unparse)


@pytest.mark.parametrize(
    ("statement", "expected", "message"),
    [
        ("self.assertEqual(client.receive(), 1)", "1", None),
        ("self.assertEqual(1, client.receive(json=False), 'why')", "1", "'why'"),
        ("self.assertIsNone(client.receive())", "None", None),
        ("assert client.receive() == {'n': 1}, 'why'", "{'n': 1}", "'why'"),
    ],
)
def test_a_comparison(statement, expected, message):
    node, _, calls = last(statement)
    found = expected_of(node, calls)
    assert ast.unparse(found.expected) == expected
    assert (found.message and ast.unparse(found.message)) == message


@pytest.mark.parametrize(
    "statement",
    [
        "self.assertEqual(client.receive(), client.receive())",
        "self.assertEqual(1, 2)",
        "self.assertIn(client.receive(), [1])",
        "assert client.receive() != 1",
        "client.receive()",
    ],
)
def test_what_is_no_comparison(statement):
    node, _, calls = last(statement)
    assert expected_of(node, calls) is None


def block(context):
    return last(f"with self.{context}:\n    pass")


@pytest.mark.parametrize(
    ("context", "checks", "is_one"),
    [
        ("assertRaises(AssertionError)", True, True),
        ("assertRaises(AssertionError)", False, False),
        ("assertRaises(ValueError)", True, False),
        ("assertRaisesMessage(AssertionError, 'Connection rejected')", True, True),
        ("assertRaisesMessage(AssertionError, 'No')", True, False),
        ("assertRaises(AssertionError) as caught", True, False),
        ("subTest()", True, False),
    ],
)
def test_a_block_that_expects_a_rejection(context, checks, is_one):
    node, test, _ = block(context)
    assert is_rejection(test.module, node, checks) is is_one


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Connection rejected", None),
        ("Connection rejected: {'close': 4004} !=", "(False, 4004)"),
        ("Connection rejected: {'close': True} !=", "(False, 1000)"),
        ("Connection rejected: {'accept': False} !=", "(False, 1000)"),
    ],
)
def test_what_a_rejection_says(text, answer):
    node, _, _ = block(f'assertRaisesMessage(AssertionError, "{text}")')
    assert rejection(node) == answer
