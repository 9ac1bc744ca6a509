"""One run of a test: its routes are met or not, its layers and mails are its own."""

from __future__ import annotations

import unittest

import pytest
from channels import route
from channels.layers import get_channel_layer
from django.core import mail

from channeltest import Client
from channeltest.comparison.canonical import Forms
from channeltest.comparison.side import ComparedRoutes, Outcome, Side

pytestmark = pytest.mark.django_db(transaction=True)


def consumer(message):
    mail.send_mail("s", "b", "a@example.com", ["b@example.com"])


def side(routes=None):
    return Side("old", [route("c", consumer)] if routes is None else routes, ["default"], [])


def test_a_run():
    run = side()
    outbox = mail.outbox
    with run.running():
        layer = get_channel_layer()
        assert not run.routes.met
        Client().send_and_consume("c")
        assert run.routes.met
        assert len(mail.outbox) == 1
    assert mail.outbox is outbox
    assert layer not in (None, get_channel_layer())
    assert run.transcript([], Forms()) == ["the test -> c"]


@pytest.mark.parametrize(
    "routes",
    [route("c", consumer), [route("c", consumer)], {"c": consumer}, ([route("c", consumer)],)],
)
def test_routes_of_any_form(routes):
    compared = ComparedRoutes(routes)
    assert compared.channel_names() == {"c"}
    assert "'c'" in str(compared) or "c" in str(compared)


def test_no_routes():
    assert str(ComparedRoutes([])) == "none"


def make_case():
    """Tests that end in every way; pytest is not to find them."""

    class Tests(unittest.TestCase):
        def test_success(self):
            pass

        def test_failure(self):
            self.fail("I fail")

        def test_error(self):
            raise ValueError("x")

        def test_skip(self):
            self.skipTest("not now")

        @unittest.expectedFailure
        def test_expected(self):
            self.fail()

        @unittest.expectedFailure
        def test_unexpected(self):
            pass

        def test_subtests(self):
            for number in range(2):
                with self.subTest(number):
                    self.fail(str(number))

    return Tests


def outcome(name):
    outcome = Outcome()
    make_case()(f"test_{name}")(outcome)
    return outcome


@pytest.mark.parametrize(
    ("name", "verdict", "errors"),
    [
        ("success", "passes", 0),
        ("failure", "passes", 1),
        ("error", "passes", 1),
        ("skip", "is skipped", 0),
        ("expected", "fails as expected", 0),
        ("unexpected", "succeeds unexpectedly", 0),
        ("subtests", "passes", 2),
    ],
)
def test_verdict(name, verdict, errors):
    found = outcome(name)
    assert (found.verdict, len(found.errors_seen)) == (verdict, errors)
    assert found.has_not_run is (name in ("skip", "expected"))


@pytest.mark.parametrize(
    ("name", "reported"),
    [
        ("failure", "failures"),
        ("error", "errors"),
        ("skip", "skipped"),
        ("expected", "expectedFailures"),
        ("unexpected", "unexpectedSuccesses"),
    ],
)
def test_repeated(name, reported):
    result = unittest.TestResult()
    outcome(name).repeat(result)
    assert len(getattr(result, reported)) == 1


def test_subtests_where_the_runner_knows_none():
    class Old:
        failures = 0

        def addFailure(self, test, err):
            self.failures += 1

    result = Old()
    outcome("subtests").repeat(result)
    assert result.failures == 2
