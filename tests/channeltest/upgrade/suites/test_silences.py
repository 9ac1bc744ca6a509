from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import converted, methods, suite

TESTS = """
def test_it(self):
    client = WSClient()
    client.send_and_consume("websocket.connect", path="/a/")
    client.receive()

def test_other(self):
    {}
"""
CONNECT = """client = WSClient()
    client.send_and_consume("websocket.connect", path={})
    {}"""
NOTHING = "self.assertIsNone(client.receive())"


def taken(other):
    """What becomes of a frame that a test takes and does not look at."""
    text = converted(suite(methods(TESTS.format(other))))
    first = text.partition("    async def test_other")[0].splitlines()
    return [each.strip() for each in first if each.strip()][-1]


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ('"/a/"', NOTHING),
        ('"/%s/?b=1" % "a"', "self.assertEqual(client.receive(json=False), None)"),
        ("PATH", "assert client.receive() is None"),
    ],
)
def test_nothing_comes_where_another_test_finds_nothing(path, statement):
    text = taken(CONNECT.format(path, statement))
    assert text == "self.assertTrue(await client.receive_nothing())"


@pytest.mark.parametrize(
    "other",
    [
        CONNECT.format('"/b/"', NOTHING),
        CONNECT.format('"/a/"', "self.assertEqual(client.receive(), {'n': 1})"),
        CONNECT.format('"/a/"', f"client.receive()\n    {NOTHING}"),
        CONNECT.format('"/a/", check_accept=False', NOTHING),
        "\n    ".join(
            CONNECT.format('"/a/"', each)
            for each in (NOTHING, "self.assertEqual(client.receive(), 1)")
        ),
    ],
)
def test_a_frame_comes_elsewhere(other):
    assert taken(other) == "await client.receive_json_from()"
