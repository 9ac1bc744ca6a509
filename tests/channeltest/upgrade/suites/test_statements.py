from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import (
    behind,
    converted,
    left_behind,
    methods,
    suite,
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("for _ in range(2):\n    client.receive()", "for _ in range(2):\n    await {}"),
        (
            "if PATH:\n    client.receive()\nelse:\n    pass",
            "if PATH:\n    await {}\nelse:\n    pass",
        ),
        ("with self.subTest(n=1):\n    client.receive()", "with self.subTest(n=1):\n    await {}"),
        (
            "with mock.patch('app.x'), self.assertRaises(ValueError):\n    client.receive()",
            "with mock.patch('app.x'), self.assertRaises(ValueError):\n    await {}",
        ),
        (
            "try:\n    client.receive()\nfinally:\n    pass",
            "try:\n    await {}\nfinally:\n    pass",
        ),
        ("while True:\n    client.receive()\n    break", "while True:\n    await {}\n    break"),
        ("frame = client.receive()", "frame = await {}"),
        ("frame: dict = client.receive()", "frame: dict = await {}"),
        ("total = 1\ntotal += client.receive()", "total = 1\ntotal += await {}"),
        ("return client.receive()", "return await {}"),
    ],
)
def test_a_statement(before, after):
    assert behind(before) == after.format("client.receive_json_from()") + "\n"


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "with self.assertRaises(AssertionError):\n    client.receive()",
            "a communicator fails in other words",
        ),
        ("try:\n    client.receive()\nexcept AssertionError:\n    pass", "fails in other words"),
        ("try:\n    client.receive()\nexcept:\n    pass", "fails in other words"),
        (
            "with self.assertNumQueries(1):\n    client.receive()",
            "what this block does is not known",
        ),
        ("with open('x') as file:\n    client.receive()", "what this block does is not known"),
        ("def inner():\n    client.receive()", "an await cannot stand here"),
        ("client.future = 1", "a communicator has another future, or none"),
        ("client._session_cookie = True", "a communicator has another _session_cookie, or none"),
        ("while True:\n    client.reply_channel = 'x'", "nothing else stands here"),
    ],
)
def test_a_statement_that_is_not_known(statement, reason):
    assert reason in left_behind(statement)


def test_a_loop_over_a_query():
    text = behind("for user in User.objects.all():\n    client.receive()")
    assert text.startswith("for user in await sync_to_async(lambda: list(User.objects.all()))():\n")


def test_a_reply_channel_and_attributes_of_the_tests_own():
    text = behind("client.reply_channel = 'websocket.send?x'\nclient.path = PATH")
    assert text == "client.path = PATH\n"


def test_set_up():
    text = body_of_case(
        """
        def setUp(self):
            super().setUp()
            self.client = WSClient()
            self.client.send_and_consume("websocket.connect", path="/a/")

        def test_it(self):
            User.objects.create()

        def tearDown(self):
            super(Tests, self).tearDown()
            self.client.receive()
        """
    )
    assert "    async def setUp(self):\n        await super().setUp()\n" in text
    assert (
        "    async def test_it(self):\n        await sync_to_async(User.objects.create)()\n" in text
    )
    assert "        await super(Tests, self).tearDown()\n" in text


def test_a_set_up_without_an_await_stays_plain():
    text = body_of_case(
        """
        def setUp(self):
            super().setUp()
            self.client = WSClient()

        def test_it(self):
            self.client.send_and_consume("websocket.connect", path="/a/")

        def test_other(self):
            User.objects.create()
        """
    )
    assert "    def setUp(self):\n        super().setUp()\n" in text
    assert "        self.client = self.create_communicator()\n" in text
    assert "    def test_other(self):\n        User.objects.create()\n" in text


def body_of_case(text, case="class Tests(ChannelTestCase)"):
    return converted(suite(methods(text).replace("class Tests(ChannelTestCase)", case)))


def test_the_set_up_of_a_class_that_is_no_test_case():
    text = body_of_case(
        """
        def setUp(self):
            super().setUp()
            self.client = WSClient()
            self.client.send_and_consume("websocket.connect", path="/a/")
        """,
        "class Tests(mock.Fixtures, ChannelTestCase)",
    )
    assert "        await sync_to_async(super().setUp)()\n" in text


def test_a_worker_behind_another_statement():
    text = left_behind("x = 1; client.consume('app.work')")
    assert "another statement stands on its line" in text
