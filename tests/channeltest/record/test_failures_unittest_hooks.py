"""A failing test shows its conversation, whoever runs it; a passing one shows nothing."""

from __future__ import annotations

import subprocess
import sys
import traceback
import unittest

import pytest
from channels import Channel, Group, route
from django.test import SimpleTestCase

from channeltest import ChannelTestCase, ChannelTestCaseMixin, Client, WSClient, apply_routes, trace
from channeltest.record.entries import LIMIT, since
from channeltest.record.failures import SHOWN
from channeltest.record.text import TITLE

from ..helpers import ENVIRONMENT, ROOT
from ..rooms import NEW, OLD, enter, say, talk

pytestmark = pytest.mark.django_db(transaction=True)


def reports(*cases, **bodies):
    """What unittest says of the tests: everything that it would print of their failures."""
    result = unittest.TestResult()
    for case in cases or [type("Case", (ChannelTestCase,), bodies)]:
        unittest.defaultTestLoader.loadTestsFromTestCase(case)(result)
    return [text for _, text in result.failures + result.errors]


def report(body, **methods):
    [text] = reports(test=body, **methods)
    return text


def conversation(text):
    """The lines of the conversation in a report, without the title."""
    lines = text[text.index(TITLE) :].splitlines()[1:]
    return [" ".join(line.split()) for line in lines if line.startswith("  ")]


def fails(case):
    Group("g").send({"n": 1})
    raise ZeroDivisionError


class TestUnittest:
    @pytest.mark.parametrize(("routes", "room"), [(OLD, "Room"), (NEW, "NewRoom")])
    def test_shows_the_conversation_in_order(self, routes, room):
        @apply_routes(routes)
        def test(case):
            client = enter()
            say(client, "bye")
            case.fail("I fail")

        text = report(test)
        assert "AssertionError: I fail\nThe record, in order:\n" in text
        closed = "{'close': 4001}"
        assert conversation(text) == [
            f"client -> {room} websocket.connect {{'path': '/room/'}}",
            f"{room} -> client {{'accept': True}}",
            "client takes {'accept': True}",
            f"client -> {room} websocket.receive {{'path': '/room/', 'text': '\"bye\"'}}",
            f"{room} -> client {closed}",
        ]

    def test_what_was_there_is_said_before(self):
        def test(case):
            Channel("results").send({"n": 1})
            case.get_next_message("result", require=True)

        text = report(test)
        assert text.index("waiting: 'results' (1)") < text.index(TITLE)
        assert conversation(text) == [
            "the test -> channel results {'n': 1}",
            "the test <- channel result nothing there",
        ]

    def test_an_exception_in_a_consumer(self):
        @apply_routes(OLD)
        def test(case):
            say(enter(), "fail")

        text = report(test)
        assert "in receive" in text
        assert conversation(text)[-1] == "Room raised ValueError: no such word"

    def test_an_exception_in_a_modern_consumer(self):
        @apply_routes(NEW)
        def test(case):
            say(enter(), "fail")

        text = report(test)
        assert "in receive_json" in text
        assert conversation(text)[-1] == "NewRoom raised ValueError: no such word"

    def test_of_a_long_one_the_last_lines(self):
        def test(case):
            for number in range(SHOWN + 5):
                Group("g").send({"n": number})
            case.fail()

        text = report(test)
        assert f"{TITLE}, in order (its last {SHOWN} lines; 5 earlier ones are left out):" in text
        assert len(conversation(text)) == SHOWN
        assert conversation(text)[-1] == "the test -> group g (to nobody) {'n': 24}"

    def test_of_one_too_long_to_keep(self):
        def test(case):
            for number in range(1500):
                Group("g").send({"n": number})
            case.fail()

        text = report(test)
        assert f"its last {SHOWN} lines; more than {LIMIT - SHOWN} earlier ones" in text

    @pytest.mark.parametrize("step", ["setUp", "tearDown", "test"])
    def test_wherever_it_fails_it_is_shown_once(self, step):
        [text] = reports(**{"test": lambda case: None, step: fails})
        assert text.count(TITLE) == 1

    def test_in_a_cleanup(self):
        assert report(lambda case: case.addCleanup(fails, case)).count(TITLE) == 1

    def test_in_a_subtest(self):
        def test(case):
            with case.subTest("sub"):
                fails(case)

        assert report(test).count(TITLE) == 1

    def test_an_exception_that_passes_many_hands_has_it_once(self):
        def test(case):
            with trace():
                with trace():
                    Group("g").send({"n": 1})
                    case.fail()

        assert report(test).count(TITLE) == 1

    def test_failures_that_follow_each_have_their_own(self):
        def test(case):
            for number in range(2):
                with case.subTest(number):
                    Group("g").send({"n": number})
                    case.fail()

        first, second = reports(test=test)
        # Python 3.10 reports both when the test has ended.
        assert len(conversation(first)) == (1 if sys.version_info >= (3, 11) else 2)
        assert len(conversation(second)) == 2

    def test_each_test_shows_its_own(self):
        def test(case):
            Group("g").send({"n": 1})
            case.fail()

        assert [len(conversation(text)) for text in reports(test_1=test, test_2=test)] == [1, 1]

    def test_nothing_said_nothing_shown(self):
        assert TITLE not in report(lambda case: case.fail())

    def test_the_text_of_the_error_is_what_it_was(self):
        errors = []

        class Result(unittest.TestResult):
            def addFailure(self, test, err):
                errors.append(err[1])

        class Case(ChannelTestCase):
            def test(self):
                Group("g").send({"n": 1})
                self.fail("I fail")

        Case("test")(Result())
        if sys.version_info >= (3, 11):
            assert str(errors[0]) == "I fail"
        assert TITLE in "".join(traceback.format_exception(errors[0]))

    def test_no_frame_of_ours_is_in_the_traceback(self):
        text = report(fails)
        assert text.count("  File ") == 1

    def test_an_asynchronous_test(self):
        async def test(case):
            Group("g").send({"n": 1})
            case.fail()

        assert conversation(report(test)) == ["the test -> group g (to nobody) {'n': 1}"]

    def test_a_test_case_that_is_asynchronous_all_through(self):
        class Case(ChannelTestCaseMixin, unittest.IsolatedAsyncioTestCase):
            async def asyncSetUp(self):
                Group("g").send({"n": 1})

            async def test(self):
                self.fail()

        [text] = reports(Case)
        assert len(conversation(text)) == 1

    def test_debugging(self):
        class Case(ChannelTestCaseMixin, SimpleTestCase):
            def test(self):
                Group("g").send({"n": 1})
                self.fail()

        with pytest.raises(AssertionError) as caught:
            Case("test").debug()
        assert TITLE in "".join(traceback.format_exception(caught.value))

    @pytest.mark.parametrize(
        "contents", [{"object": object()}, {"text": "x" * 10**6}, {"list": [{"a": {1, 2}}]}, {}]
    )
    @pytest.mark.filterwarnings("ignore::channeltest.WireWarning")
    def test_any_message_can_be_shown(self, contents):
        def test(case):
            Group("g").add("c")
            Channel("c").send(contents)
            Group("g").send(contents)
            case.fail()

        lines = conversation(report(test))
        assert len(lines) == 2
        assert max(map(len, lines)) < 200

    def test_what_a_consumer_makes_of_its_message_is_not_shown(self):
        @apply_routes([route("c", lambda message: message.content.update(n=2))])
        def test(case):
            Client().send_and_consume("c", {"n": 1})
            case.fail()

        assert conversation(report(test)) == ["client -> <lambda> c {'n': 1}"]

    def test_a_process_local_channel(self):
        def test(case):
            Channel("c!local").send({"n": 1})
            case.fail()

        assert conversation(report(test)) == ["the test -> channel c!local {'n': 1}"]


def raising(error):
    def test(case):
        Group("g").send({"n": 1})
        raise error

    return test


def shown(error):
    """What is printed of an exception, with its notes."""
    return "".join(traceback.format_exception_only(type(error), error)).strip()


class TestWithoutFailure:
    def test_a_skipped_test_has_no_note(self):
        error = unittest.SkipTest("not now")
        assert len(self.result(raising(error)).skipped) == 1
        assert shown(error) == "unittest.case.SkipTest: not now"

    def test_an_expected_failure_has_no_note(self):
        error = AssertionError("as expected")
        test = unittest.expectedFailure(raising(error))
        assert len(self.result(test).expectedFailures) == 1
        assert shown(error) == "AssertionError: as expected"

    def result(self, test):
        result = unittest.TestResult()
        type("Case", (ChannelTestCase,), {"test": test})("test")(result)
        return result

    def test_an_exception_that_is_caught_has_no_note(self):
        error = ZeroDivisionError("caught")

        def test(case):
            with case.assertRaises(ZeroDivisionError):
                raising(error)(case)

        assert reports(test=test) == []
        assert shown(error) == "ZeroDivisionError: caught"

    def test_nothing_is_kept_of_a_test_that_is_over(self):
        @apply_routes(NEW)
        def test(case):
            talk("hi")

        assert reports(test=test) == []
        assert since(0).entries == []


# The same under the runners, from outside

SUITE = """
import unittest
from channels import Group
from channels.test import ChannelTestCase, apply_routes
import channeltest
from tests.channeltest.rooms import NEW, OLD, enter, say


class FailingTests(ChannelTestCase):
    @apply_routes(OLD)
    def test_failure(self):
        say(enter(), "bye")
        self.fail("I fail")

    @apply_routes(NEW)
    def test_error(self):
        say(enter(), "fail")

    def test_subtests(self):
        with self.subTest("one"):
            Group("g").send({"n": 1})
            self.fail("I fail too")


class PassingTests(ChannelTestCase):
    @apply_routes(OLD)
    def test_success(self):
        say(enter(), "bye")

    @unittest.skip("not now")
    def test_skipped(self):
        pass

    @unittest.expectedFailure
    def test_expected(self):
        Group("unseen").send({"n": 1})
        self.fail("as expected")
"""

FUNCTIONS = """

def test_function():
    with channeltest.trace():
        with apply_routes(OLD):
            raise ZeroDivisionError
    assert False


def test_function_with_trace(monkeypatch):
    from channels import channel_layers
    monkeypatch.setitem(channel_layers.backends, "default", channel_layers["memory"])
    with channeltest.trace():
        Group("traced").send({"n": 1})
        assert 1 == 2
"""


@pytest.fixture
def suite(tmp_path):
    """Run a command on a file with the suite; what it printed."""

    def run(source, *command):
        (tmp_path / "test_talks.py").write_text(source)
        environment = {**ENVIRONMENT, "PYTHONPATH": f"{ROOT}:{tmp_path}"}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        return done.stdout + done.stderr

    return run


def check(output):
    assert "client -> Room" in output
    assert "{'close': 4001}" in output
    assert "NewRoom            raised ValueError: no such word" in output
    assert "the test -> group g  (to nobody) {'n': 1}" in output
    assert output.count(TITLE) == 3
    assert "unseen" not in output


def test_under_djangos_runner(suite):
    command = ["-m", "django", "test", "--settings", "tests.settings", "test_talks"]
    check(suite(SUITE, *command))


def test_under_djangos_parallel_runner(suite):
    pytest.importorskip("tblib")
    command = ["-m", "django", "test", "--settings", "tests.settings", "--parallel", "2"]
    check(suite(SUITE, *command, "test_talks"))


def test_under_pytest(suite):
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(ROOT / "setup.cfg")]
    output = suite(SUITE + FUNCTIONS, *command, "--rootdir", ".", "test_talks.py")
    assert "the test -> group traced  (to nobody) {'n': 1}" in output
    check(output.replace("the test -> group traced", "").replace(TITLE, "", 1))


def test_a_client_that_only_listens():
    def test(case):
        client = Client()
        client.join_group("g")
        Group("g").send({"n": 1})
        client.receive()
        client.receive()
        case.fail()

    assert conversation(report(test)) == [
        "the test -> group g (to 1) {'n': 1}",
        "client takes {'n': 1}",
        "client takes nothing there",
    ]


def test_two_clients_have_numbers():
    def test(case):
        for client in [WSClient(), WSClient()]:
            client.join_group("g")
            client.receive()
        case.fail()

    assert conversation(report(test)) == [
        "client 1 takes nothing there",
        "client 2 takes nothing there",
    ]
