from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import behind, left_behind


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
        (
            "frame = client.receive()\nself.assertIsNone(frame)",
            "self.assertTrue(await client.receive_nothing())",
        ),
        (
            "frame = client.receive()\nself.assertEqual(frame, {'close': True})",
            "await client.assert_closed(1000)",
        ),
        (
            "self.assertIsNone(client.receive(), 'why')",
            "self.assertTrue(await client.receive_nothing(), 'why')",
        ),
        (
            "assert client.receive() is None, 'why'",
            "self.assertTrue(await client.receive_nothing(), 'why')",
        ),
        (
            "self.assertEqual(client.receive(), None, msg='why')",
            "self.assertTrue(await client.receive_nothing(), 'why')",
        ),
        ("assert client.receive() == [1]", "assert await client.receive_json_from() == [1]"),
    ],
)
def test_an_assertion(before, after):
    assert behind(before) == f"{after}\n"


def test_an_acceptance_where_a_frame_is_expected():
    text = left_behind("self.assertEqual(client.receive(), {'accept': True})")
    assert "a modern consumer does not send it" in text


def test_no_message():
    text = behind("self.assertIsNone(self.get_next_message('app.work'))")
    assert text == "self.assertEqual(layers.messages('app.work'), [])\n"
