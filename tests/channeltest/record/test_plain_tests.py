"""Tests in test cases that know nothing of this package show their record, too."""

from __future__ import annotations

import unittest

import pytest
from channels import Group, channel_layers
from channeltest.compat.inmemory import ChannelLayer
from django.test import SimpleTestCase, TestCase

from channeltest import Client, WebsocketCommunicator, apply_routes, trace
from channeltest.record import entries
from channeltest.record.text import TITLE

from ..rooms import NEW, OLD, enter, say

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def layer_of_the_settings():
    """A layer in memory in place of the one that must not be asked."""
    kept = channel_layers.set("default", channel_layers["memory"])
    channel_layers["memory"].flush()
    yield
    channel_layers.set("default", kept)


BASES = [unittest.TestCase, SimpleTestCase, TestCase]


def outcome(base, **methods):
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(
        type("Plain", (base,), {"databases": {"default"}, **methods})
    )(result)
    return result


def report(base, **methods):
    result = outcome(base, **methods)
    [(_, text)] = result.failures + result.errors
    return text


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("routes", [OLD, NEW])
def test_a_failure_shows_the_conversation(base, routes):
    @apply_routes(routes)
    def test(case):
        say(enter(), "hello")
        case.fail("I fail")

    text = report(base, test=test)
    assert TITLE in text
    assert "hello" in text[text.index(TITLE) :]


@pytest.mark.parametrize("base", BASES)
def test_what_crosses_the_layer_is_shown(base):
    def test(case):
        Client().join_group("crowd")
        Group("crowd").send({"text": "to all"}, immediately=True)
        raise LookupError("lost")

    assert "to all" in report(base, test=test).partition(TITLE)[2]


def test_a_client_of_the_set_up():
    def prepare(case):
        case.client = Client()
        case.client.send("door", {"text": "knock"})

    assert (
        "knock"
        in report(TestCase, setUp=prepare, test=lambda case: case.fail()).partition(TITLE)[2]
    )


def test_a_failing_subtest():
    def test(case):
        Client().send("door", {"text": "knock"})
        with case.subTest(number=1):
            case.fail("I fail")
        with case.subTest(number=2):
            pass

    assert "knock" in report(TestCase, test=test).partition(TITLE)[2]


async def answer(scope, receive, send):
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": "welcome"})
    await receive()


@pytest.mark.parametrize("base", [SimpleTestCase, TestCase, unittest.IsolatedAsyncioTestCase])
def test_a_communicator(base):
    async def test(case):
        communicator = WebsocketCommunicator(answer, "/")
        await communicator.connect()
        case.fail("I fail")

    assert "welcome" in report(base, test=test).partition(TITLE)[2]


def test_every_test_shows_its_own():
    def first(case):
        Client().send("door", {"text": "first"})
        case.fail()

    def second(case):
        Client().send("window", {"text": "second"})
        case.fail()

    result = outcome(TestCase, test_1=first, test_2=second)
    texts = [text.partition(TITLE)[2] for _, text in result.failures]
    assert ["first" in text for text in texts] == [True, False]
    assert ["second" in text for text in texts] == [False, True]


@pytest.mark.parametrize("verdict", ["skipped", "expectedFailures"])
def test_what_does_not_fail_shows_nothing(verdict):
    def test(case):
        Client().send("door", {"text": "knock"})
        case.skipTest("no") if verdict == "skipped" else case.fail("no")

    if verdict == "expectedFailures":
        test = unittest.expectedFailure(test)
    [(_, text)] = getattr(outcome(TestCase, test=test), verdict)
    assert TITLE not in text


def test_nothing_is_left():
    journal, begun = vars(ChannelLayer)["journal"], list(entries._begun)

    def test(case):
        Client()

    assert outcome(TestCase, test=test).wasSuccessful()
    assert vars(ChannelLayer)["journal"] is journal
    assert entries._begun == begun


def test_a_trace_within():
    journal = vars(ChannelLayer)["journal"]

    def test(case):
        Client().send("door", {"text": "knock"})
        with trace() as conversed:
            Client().send("door", {"text": "knock"})
        assert len(conversed.events) == 1

    assert outcome(TestCase, test=test).wasSuccessful()
    assert vars(ChannelLayer)["journal"] is journal
