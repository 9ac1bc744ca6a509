from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.suites.frame_uses import is_event
from tests.channeltest.upgrade.suites.cases import behind, left, left_behind, methods


@pytest.mark.parametrize(
    "statement",
    [
        "if client.receive():\n    pass",
        "while client.receive():\n    pass",
        "x = client.receive() or 1",
        "x = not client.receive()",
        "x = (y := client.receive())",
        "x = client.receive() is None",
        "self.assertIsNotNone(client.receive())",
        "self.assertFalse(client.receive())",
        "frame = client.receive()\nself.assertIsNone(frame)",
        "frame = client.receive()\nif frame is None:\n    pass",
        "self.frame = client.receive()\nassert self.frame is not None",
    ],
)
def test_where_nothing_may_come(statement):
    assert "whether a frame comes is not known" in left_behind(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "frame = client.receive()\nself.assertEqual(frame, {'close': True})",
        "self.assertIn(client.receive(), None)",
        "self.assertDictContainsSubset({'accept': True}, client.receive())",
    ],
)
def test_what_is_no_frame(statement):
    assert "what it compares with is no frame" in left_behind(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "frame = client.receive()\nself.assertEqual(frame, {'n': 1})\nother = frame",
        "self.assertEqual(client.receive(), {'close': True, 'n': 1})",
        "self.assertEqual([client.receive(), client.receive()], [1, 2])",
        "json.loads(client.receive(json=False))",
    ],
)
def test_frames(statement):
    assert "receive_json_from()" in behind(statement) or "receive_from()" in behind(statement)


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
