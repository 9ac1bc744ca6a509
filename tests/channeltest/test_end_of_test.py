"""Tests that are none of our test cases leave no stage behind either."""

from __future__ import annotations

import unittest

import pytest
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.test import WSClient, apply_routes

from channeltest.end_of_test import at_end_of_test
from tests.stage.acting import nothing_left_behind


class Silent(AsyncWebsocketConsumer):
    pass


@pytest.fixture
def plain_layer(settings):
    from channels import channel_layers

    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}
    }
    before = channel_layers.backends.pop("default", None)
    yield
    channel_layers.set("default", before)


def connect():
    with apply_routes([Silent.as_route()]):
        WSClient().send_and_consume("websocket.connect")


class Plain(unittest.TestCase):
    __test__ = False

    def setUp(self):
        connect()

    def test(self):
        connect()


@pytest.mark.django_db
@pytest.mark.parametrize("run", ["run", "debug"])
def test_a_plain_test_case_leaves_nothing(plain_layer, run):
    # The first write in a transaction opens SQLite's journal, until the transaction ends.
    Plain("test").debug()
    with nothing_left_behind():
        getattr(Plain("test"), run)()


class Cleanups:
    def __init__(self):
        self.calls = []

    def addfinalizer(self, call):
        self.calls.append(call)


@pytest.mark.parametrize(
    ("name", "local"), [("pytest_fixture_setup", "request"), ("pytest_pyfunc_call", "pyfuncitem")]
)
def test_what_runs_a_pytest_function_is_asked(name, local):
    asked = Cleanups()
    names = {"at_end_of_test": at_end_of_test, "call": len}
    exec(f"def {name}({local}): return at_end_of_test(call)", names)
    assert names[name](asked)
    assert asked.calls == [len]


class Helper(unittest.TestCase):
    """Uses assertions of a test case, and runs no test."""

    def use(self, call):
        return at_end_of_test(call)


def test_a_helper_that_is_a_test_case():
    ended = []

    class Case(unittest.TestCase):
        def test(self):
            Helper().use(lambda: ended.append("test"))

    unittest.TestSuite([Case("test")]).run(unittest.TestResult())
    assert ended == ["test"]


def test_the_set_up_of_a_class():
    ended = []

    class Case(unittest.TestCase):
        @classmethod
        def setUpClass(cls):
            assert at_end_of_test(lambda: ended.append("class"))

        def test(self):
            assert ended == []

    result = unittest.TestResult()
    unittest.TestSuite([Case("test")]).run(result)
    assert result.wasSuccessful()
    assert ended == ["class"]
