from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import converted, left, methods, suite

HELPER = """
def enter(self, path, {argument}):
    client = WSClient()
    client.send_and_consume("websocket.connect", path=path, {option})
    return client

def test_it(self):
{test}
"""
OPTIONS = ("**options", "**options")
ENTER = "await self.enter('/a/'"


def text_of(test, argument, option):
    lines = "\n".join(f"    {line}" for line in test.splitlines())
    return methods(HELPER.format(argument=argument, option=option, test=lines))


def helped(test, argument="**options", option="**options"):
    """What becomes of the test that uses a helper; the helper itself is checked."""
    text = converted(suite(text_of(test, argument, option)))
    helper, _, rest = text.partition("    async def test_it(self):\n")
    assert "    async def enter(self, path, answer=(True, None)):\n" in helper
    assert "self.assertEqual(await client.connect(ws_path=path), answer)\n" in helper
    return rest.replace(" " * 8, "")


@pytest.mark.parametrize(
    ("argument", "option"),
    [OPTIONS, ("check_accept=True", "check_accept=check_accept")],
)
def test_what_a_helper_hands_on(argument, option):
    test = """client = self.enter('/a/', check_accept=False)
self.assertEqual(client.receive(), {'close': 4004})"""
    assert helped(test, argument, option) == f"{ENTER}, answer=(False, 4004))\n"


@pytest.mark.parametrize(
    ("test", "after"),
    [
        ("client = self.enter('/a/')", f"client = {ENTER})"),
        ("client = self.enter('/a/', check_accept=True)", f"client = {ENTER})"),
        (
            "client = self.enter(check_accept=True, path='/a/')",
            "client = await self.enter(path='/a/')",
        ),
        (
            "client = self.enter('/a/', check_accept=False)\n"
            "self.assertEqual(client.receive(), {'n': 1})",
            f"client = {ENTER})\nself.assertEqual(await client.receive_json_from(), {{'n': 1}})",
        ),
        (
            "client = self.enter('/a/', check_accept=False)\n"
            "self.assertEqual(client.receive(), {'accept': False})\n"
            "self.assertIsNone(client.receive())",
            f"client = {ENTER}, answer=(False, 1000))\n"
            "self.assertTrue(await client.receive_nothing())",
        ),
    ],
)
def test_a_call_of_a_helper(test, after):
    assert helped(test) == f"{after}\n"


REJECTED = (
    "with self.assertRaisesMessage(AssertionError, \"Connection rejected: {{'close': {}}} !=\"):\n"
)
OWN = """
def setUp(self):
    self.client = WSClient()

def enter(self, path="/a/", **options):
    self.client.send_and_consume("websocket.connect", path=path, **options)

def test_it(self):
    {}
"""


@pytest.mark.parametrize(
    ("test", "after"),
    [
        (
            "self.enter(check_accept=False)\n"
            "    self.assertEqual(self.client.receive(), {'close': 4004})",
            "await self.enter(answer=(False, 4004))",
        ),
        (
            REJECTED.format(4004) + "        self.enter('/b/')",
            "await self.enter('/b/', answer=(False, 4004))",
        ),
        (
            REJECTED.format(4004) + "        self.enter(User.objects.get().path)",
            "await self.enter(await sync_to_async(lambda: User.objects.get().path)(), "
            "answer=(False, 4004))",
        ),
        (
            REJECTED.format(True) + "        self.enter()",
            "await self.enter(answer=(False, 1000))",
        ),
    ],
)
def test_a_helper_that_connects_the_client_of_the_case(test, after):
    text = converted(suite(methods(OWN.format(test))))
    assert text.endswith(f"    async def test_it(self):\n        {after}\n")


def test_a_helper_that_connects_a_client_which_it_is_called_with():
    text = """
    def setUp(self):
        self.client = WSClient()

    def enter(self, client=None, check_accept=True):
        client = client or self.client
        client.send_and_consume("websocket.connect", path="/a/", check_accept=check_accept)

    def test_it(self):
        other = WSClient()
        self.enter(other, check_accept=False)
        self.assertEqual(other.receive(), {"close": 4004})
    """
    text = converted(suite(methods(text)))
    assert "    async def enter(self, client=None, answer=(True, None)):\n" in text
    assert text.endswith("        await self.enter(other, answer=(False, 4004))\n")


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        ("self.enter('/a/', text='hi')", "its arguments are not spelled out"),
        ("self.enter('/a/', **other)", "its arguments are not spelled out"),
        ("self.enter('/a/', check_accept=PATH)", "its arguments are not spelled out"),
        ("self.enter('/a/', 1)", "its arguments are not spelled out"),
        (
            "self.assertEqual(self.enter('/a/', check_accept=False).receive(), {'close': True})",
            "whether it checks the acceptance is not known",
        ),
        ("client = self.enter('/a/', check_accept=False)", "is not compared behind it"),
        (
            "client = self.enter('/a/', check_accept=False)\nself.assertIsNone(client.receive())",
            "whether it is answered is not known",
        ),
    ],
)
def test_a_call_that_is_not_known(test, reason):
    assert reason in left(text_of(test, *OPTIONS))


def test_a_rejection_without_its_code():
    test = "with self.assertRaises(AssertionError):\n        self.enter()"
    assert "with what it is rejected is not known" in left(methods(OWN.format(test)))


@pytest.mark.parametrize(
    ("argument", "option"),
    [
        ("check_accept=False", "check_accept=check_accept"),
        ("check_accept", "check_accept=check_accept"),
        ("checks=True", "check_accept=checks"),
    ],
)
def test_a_helper_that_is_not_known(argument, option):
    assert "whether it checks the acceptance is not known" in left(
        text_of("self.enter('/a/')", argument, option)
    )
