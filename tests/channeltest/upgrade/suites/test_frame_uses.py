from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.suites.frame_uses import is_event, loads
from tests.channeltest.upgrade.suites.cases import (
    behind,
    family,
    left,
    left_behind,
    method,
    methods,
)


@pytest.mark.parametrize(
    "statement",
    [
        "if client.receive():\n    pass",
        "while client.receive():\n    pass",
        "x = client.receive() or 1",
        "x = not client.receive()",
        "x = (y := client.receive())",
        "x = client.receive() is None",
        "self.assertFalse(client.receive())",
        "frame = client.receive()\nself.assertIsNone(frame)\nx = frame",
        "frame = client.receive()\nx = frame\nself.assertIsNone(frame)",
        "frame = client.receive()\nif frame is None:\n    pass",
        "self.frame = client.receive()\nassert self.frame is None or PATH",
        "x = client.receive() is not None",
        "self.assertFalse(client.receive() is not None)",
    ],
)
def test_where_nothing_may_come(statement):
    assert "whether a frame comes is not known" in left_behind(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "frame = client.receive()\nself.assertEqual(frame, {'close': True})\nx = frame",
        "frame = client.receive()\nself.assertIn('a', frame['close'])",
        "self.assertIn(client.receive(), None)",
        "self.assertDictContainsSubset({'accept': True}, client.receive())",
    ],
)
def test_what_is_no_frame(statement):
    assert "is no frame" in left_behind(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "frame = client.receive()\nself.assertEqual(frame, {'n': 1})\nother = frame",
        "self.assertEqual(client.receive(), {'close': True, 'n': 1})",
        "self.assertEqual([client.receive(), client.receive()], [1, 2])",
        "json.loads(client.receive(json=False))",
        "self.assertIsNotNone(client.receive())",
        "assert client.receive() is not None",
        "frame = client.receive()\nself.assertTrue(frame != None)",
        "x = None\nself.assertIsNone(x)\nx = client.receive()\nx = x['n']\nself.assertIsNone(x)",
    ],
)
def test_frames(statement):
    assert "receive_json_from()" in behind(statement) or "receive_from()" in behind(statement)


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        ("x = 1\ny = x", 1),
        ("x = 1\ny = x\nx = x + 1\ny = x", 2),
        ("y = x\nx = 1", 0),
        ("x = 1\nif y:\n    x = 2\ny = x", 1),
        ("if y:\n    x = 1\ny = x\nx = 2\ny = x", 2),
        ("self.x = 1\ny = self.x + x", 1),
    ],
)
def test_where_a_variable_is_read(statements, found):
    only, _, _ = family(method(statements))
    [test] = only.methods
    places = [each for each in ast.walk(test.node) if isinstance(each, ast.Assign)]
    places = [each for each in places if ast.unparse(each.targets[0]) in ("x", "self.x")]
    first = min(places, key=lambda each: each.lineno)
    assert len(loads(test, first.targets[0])) == found


@pytest.mark.parametrize(
    ("use", "is_left"),
    [("self.assertIsNone(self.answer())", True), ("self.assertEqual(self.answer(), 1)", False)],
)
def test_a_method_that_returns_a_frame(use, is_left):
    text = methods(
        f"""
        def setUp(self):
            self.client = WSClient()
            self.client.send_and_consume("websocket.connect", path="/a/")

        def answer(self):
            return self.client.receive()

        def test_it(self):
            {use}
        """
    )
    if is_left:
        assert "whether a frame comes is not known" in left(text)
    else:
        with pytest.raises(AssertionError):
            left(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("None", True),
        ("{'close': True}", True),
        ("{'accept': False, 'close': 1}", True),
        ("{'bytes': b''}", True),
        ("{}", False),
        ("{'close': 1, 'text': 'a'}", False),
        ("1", False),
        ("name", False),
    ],
)
def test_an_event(text, found):
    assert is_event(ast.parse(text, mode="eval").body) is found
