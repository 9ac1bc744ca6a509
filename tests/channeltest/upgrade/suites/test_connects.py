from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import body, converted, left, method, suite

MADE = "client = WSClient()\n"
CONNECT = 'client.send_and_consume("websocket.connect", path="/a/")'
UNCHECKED = CONNECT.replace(")", ", check_accept=False)")
AWAITED = 'await client.connect(ws_path="/a/")'
DENIED = "from channels.exceptions import DenyConnection\n"


def made(statements):
    """What becomes of statements behind the making of a client."""
    text = body(MADE + statements)
    opened = "client = self.create_communicator()\n"
    assert text.startswith(opened)
    return text.removeprefix(opened)


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ("{'close': True}", "(False, 1000)"),
        ("{'close': 4003}", "(False, 4003)"),
        ("{'accept': False}", "(False, 1000)"),
        ("{'accept': True}", "(True, None)"),
    ],
)
def test_an_answer(expected, answer):
    text = made(f"{UNCHECKED}\nself.assertEqual(client.receive(), {expected})")
    assert text == f"self.assertEqual({AWAITED}, {answer})\n"


@pytest.mark.parametrize(
    ("statement", "after"),
    [
        (
            "self.assertEqual(client.receive(), {'n': 1})",
            "self.assertEqual(await client.receive_json_from(), {'n': 1})",
        ),
        ("frame = client.receive(json=False)", "frame = await client.receive_from()"),
    ],
)
def test_a_frame_for_an_answer(statement, after):
    text = made(f"{UNCHECKED}\n{statement}")
    assert text == f"self.assertEqual({AWAITED}, (True, None))\n{after}\n"


@pytest.mark.parametrize(
    "statement",
    ["self.assertIsNone(client.receive())", "assert client.receive() is None"],
)
def test_no_answer(statement):
    connect = AWAITED.replace(")", ", timeout=0)")
    text = f"with self.assertRaises(TimeoutError):\n    {connect}\n"
    assert made(f"{UNCHECKED}\n{statement}") == text


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        ("", "what it answers is not compared behind it"),
        ("self.assertEqual(WSClient().receive(), {'close': True})", "is not compared behind it"),
        ("frame = client.receive()\nself.assertTrue(frame['close'])", "looks for is no frame"),
    ],
)
def test_an_answer_that_is_not_known(rest, reason):
    assert reason in left(method(f"{MADE}{UNCHECKED}\n{rest}"))


@pytest.mark.parametrize(
    ("failure", "after"),
    [
        ("assertRaises(AssertionError)", "self.assertFalse(({})[0])"),
        ("assertRaises(DenyConnection)", "self.assertFalse(({})[0])"),
        (
            "assertRaisesMessage(AssertionError, 'Connection rejected')",
            "self.assertFalse(({})[0])",
        ),
        (
            "assertRaisesMessage(AssertionError, \"Connection rejected: {{'close': 4004}} !=\")",
            "self.assertEqual({}, (False, 4004))",
        ),
        (
            "assertRaisesMessage(AssertionError, \"Connection rejected: {{'close': True}} !=\")",
            "self.assertEqual({}, (False, 1000))",
        ),
        (
            "assertRaisesMessage(AssertionError, \"Connection rejected: {{'accept': False}} !=\")",
            "self.assertEqual({}, (False, 1000))",
        ),
    ],
)
def test_a_rejection(failure, after):
    block = f"{MADE}with self.{failure.format()}:\n    {CONNECT}"
    text = converted(suite(DENIED + method(block)))
    assert text.endswith(f"        {after.format(AWAITED)}\n")


@pytest.mark.parametrize(
    "block",
    [
        f"with self.assertRaises(AssertionError):\n    {UNCHECKED}\n",
        f"with self.assertRaises(AssertionError):\n    {CONNECT}\n    client.receive()",
        f"with self.assertRaises(ValueError), self.assertRaises(AssertionError):\n    {CONNECT}",
        f"with self.assertRaisesMessage(AssertionError, 'No'):\n    {CONNECT}",
        "with self.assertRaisesMessage(AssertionError, 'Connection rejected') as caught:\n"
        f"    {CONNECT}",
    ],
)
def test_other_failures(block):
    assert "a communicator fails in other words" in left(method(MADE + block))
