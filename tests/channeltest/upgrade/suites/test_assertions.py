from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import (
    behind,
    body,
    converted,
    left,
    left_behind,
    method,
    suite,
)

CONNECT = 'client.send_and_consume("websocket.connect", path="/a/", check_accept=False)'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("self.assertIsNone(client.receive())", "self.assertTrue(await client.receive_nothing())"),
        (
            "self.assertEqual(client.receive(), None)",
            "self.assertTrue(await client.receive_nothing())",
        ),
        ("assert client.receive() is None", "self.assertTrue(await client.receive_nothing())"),
        ("self.assertEqual(client.receive(), {'close': 4004})", "await client.assert_closed(4004)"),
        ("self.assertEqual({'close': True}, client.receive())", "await client.assert_closed(1000)"),
        ("assert client.receive() == {'close': CODE}", "await client.assert_closed(CODE)"),
        (
            "self.assertEqual(client.receive(json=False), {'bytes': b'ab'})",
            "self.assertEqual(await client.receive_from(), b'ab')",
        ),
        (
            "self.assertEqual(client.receive(), {'n': 1}, 'why')",
            "self.assertEqual(await client.receive_json_from(), {'n': 1}, 'why')",
        ),
        ("assert client.receive() == [1]", "assert await client.receive_json_from() == [1]"),
    ],
)
def test_an_assertion(before, after):
    assert behind(before) == f"{after}\n"


def test_an_acceptance_where_a_frame_is_expected():
    text = left_behind("self.assertEqual(client.receive(), {'accept': True})")
    assert "a modern consumer does not send it" in text


@pytest.mark.parametrize(
    ("expected", "answer"),
    [
        ("{'close': True}", "(False, 1000)"),
        ("{'close': 4003}", "(False, 4003)"),
        ("{'accept': True}", "(True, None)"),
    ],
)
def test_the_answer_of_a_connect(expected, answer):
    text = body(f"client = WSClient()\n{CONNECT}\nself.assertEqual(client.receive(), {expected})")
    connect = 'self.assertEqual(await client.connect(ws_path="/a/"), '
    assert text == f"client = self.create_communicator()\n{connect}{answer})\n"


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        ("", "what it answers is not compared behind it"),
        ("self.assertIsNone(client.receive())", "a modern consumer does not answer so"),
        ("self.assertEqual(client.receive(), {'n': 1})", "a modern consumer does not answer so"),
        ("self.assertEqual(client.receive(), {'accept': False})", "does not answer so"),
        ("self.assertEqual(WSClient().receive(), {'close': True})", "is not compared behind it"),
    ],
)
def test_an_answer_that_is_not_known(rest, reason):
    assert reason in left(method(f"client = WSClient()\n{CONNECT}\n{rest}"))


def test_no_message():
    text = behind("self.assertIsNone(self.get_next_message('app.work'))")
    assert text == "self.assertEqual(layers.messages('app.work'), [])\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Connection rejected", "self.assertFalse(({})[0])"),
        ("Connection rejected: {'close': 4004} !=", "self.assertEqual({}, (False, 4004))"),
        ("Connection rejected: {'close': True} !=", "self.assertEqual({}, (False, 1000))"),
    ],
)
def test_a_rejection(text, after):
    connect = """client.send_and_consume("websocket.connect", path="/a/")"""
    block = f'with self.assertRaisesMessage(AssertionError, "{text}"):\n    {connect}'
    found = body(f"client = WSClient()\n{block}")
    assert found.endswith(after.format('await client.connect(ws_path="/a/")') + "\n")


def test_a_rejection_that_is_not_known():
    connect = """client.send_and_consume("websocket.connect", path="/a/")"""
    text = "Connection rejected: {'accept': False} !="
    block = f'with self.assertRaisesMessage(AssertionError, "{text}"):\n    {connect}'
    found = left(method(f"client = WSClient()\n{block}"))
    assert "a modern consumer does not answer so" in found


DENIED = "from channels.exceptions import DenyConnection\n"
CONNECT_ONLY = """client.send_and_consume("websocket.connect", path="/a/")"""


def test_a_denial():
    block = f"with self.assertRaises(DenyConnection):\n    {CONNECT_ONLY}"
    text = converted(suite(DENIED + method(f"client = WSClient()\n{block}")))
    connect = 'await client.connect(ws_path="/a/")'
    assert text.endswith(f"        self.assertFalse(({connect})[0])\n")


@pytest.mark.parametrize(
    "block",
    [
        f"with self.assertRaises(AssertionError):\n    {CONNECT_ONLY}",
        f"with self.assertRaisesMessage(AssertionError, 'No'):\n    {CONNECT_ONLY}",
        "with self.assertRaisesMessage(AssertionError, 'Connection rejected') as caught:\n"
        f"    {CONNECT_ONLY}",
    ],
)
def test_other_failures(block):
    text = left(method(f"client = WSClient()\n{block}"))
    assert "a communicator fails in other words" in text
