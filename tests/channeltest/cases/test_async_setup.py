"""``setUp`` and ``tearDown`` as coroutines, plain, and one above the other."""

from __future__ import annotations

import asyncio
import threading

import pytest
from django.test import SimpleTestCase, TestCase

from channeltest.cases.async_setup import AsyncSetUp
from tests.values.models import IntegerValue

from ..helpers import run, run_one

pytestmark = pytest.mark.django_db(transaction=True)


class Plain(AsyncSetUp, SimpleTestCase):
    def setUp(self):
        self.calls = ["plain"]


class Async(Plain):
    async def setUp(self):
        await super().setUp()
        self.loop = asyncio.get_running_loop()
        self.calls.append("async")


def keeping(seen, **raising):
    """A case that keeps the order of its calls; those that are named raise an error."""

    def called(name):
        seen.append(name)
        if name in raising:
            raise raising[name]

    class Case(AsyncSetUp, SimpleTestCase):
        async def setUp(self):
            self.addCleanup(called, "cleanup")
            called("setUp")

        async def tearDown(self):
            called("tearDown")

        async def leave_loop(self):
            called("leave_loop")

        async def test(self):
            called("test")

    return Case


class TestCoroutines:
    def test_are_awaited(self):
        seen = []
        assert run(keeping(seen)) == {"test": "ok"}
        assert seen == ["setUp", "test", "tearDown", "leave_loop", "cleanup"]

    def test_share_the_loop_of_the_test(self):
        async def test(case):
            assert case.loop is asyncio.get_running_loop()

        assert run_one(Async, test) == "ok"

    def test_are_run_around_a_plain_test(self):
        assert run_one(Async, lambda case: case.assertEqual(case.calls, ["plain", "async"])) == "ok"

    def test_are_run_around_a_plain_test_to_its_end(self):
        seen = []

        class Case(keeping(seen)):
            def test(self):
                seen.append("test")

        assert run(Case) == {"test": "ok"}
        assert seen == ["setUp", "test", "tearDown", "cleanup"]

    def test_of_a_mixin(self):
        class Mixin:
            async def setUp(self):
                await super().setUp()
                self.calls.append("mixin")

        class Case(Mixin, Plain):
            async def test(self):
                assert self.calls == ["plain", "mixin"]

        assert run(Case) == {"test": "ok"}

    def test_of_a_run_without_result(self):
        seen = []
        keeping(seen)("test").debug()
        assert seen == ["setUp", "test", "tearDown", "leave_loop", "cleanup"]

    def test_of_a_case_that_runs_again(self):
        seen = []
        case = keeping(seen)("test")
        case.debug()
        case.debug()
        assert seen == 2 * ["setUp", "test", "tearDown", "leave_loop", "cleanup"]
        assert "test" not in vars(case)

    def test_that_somebody_has_replaced(self):
        async def other():
            seen.append("other")

        seen = []
        case = keeping(seen)("test")
        case.test = other
        case.debug()
        assert seen == ["setUp", "other", "tearDown", "leave_loop", "cleanup"]
        assert case.test is other


class TestFailures:
    def test_of_set_up_keep_the_test_and_tear_down_from_running(self):
        seen = []
        assert run(keeping(seen, setUp=KeyError("x"))) == {"test": "KeyError: 'x'"}
        assert seen == ["setUp", "leave_loop", "cleanup"]

    def test_of_set_up_keep_a_plain_tear_down_from_running(self):
        seen = []

        class Case(keeping(seen, setUp=KeyError("x"))):
            def tearDown(self):
                seen.append("plain")

        assert run(Case) == {"test": "KeyError: 'x'"}
        assert seen == ["setUp", "leave_loop", "cleanup"]

    def test_of_the_test_let_tear_down_run(self):
        seen = []
        assert run(keeping(seen, test=AssertionError("x"))) == {"test": "AssertionError: x"}
        assert seen == ["setUp", "test", "tearDown", "leave_loop", "cleanup"]

    def test_are_all_reported(self):
        raising = {"test": ValueError(1), "tearDown": ValueError(2), "leave_loop": ValueError(3)}
        outcome = run(keeping([], **raising))["test"]
        assert sorted(outcome.split(", ")) == ["ValueError: 1", "ValueError: 2", "ValueError: 3"]

    def test_skipping_in_set_up(self):
        class Case(Async):
            async def setUp(self):
                self.skipTest("not now")

            async def test(self):
                raise AssertionError

        assert run(Case) == {"test": "skip"}


class TestAwaitingTheStepAbove:
    def test_that_is_plain_and_needs_the_database(self):
        thread = threading.current_thread()

        class Base(AsyncSetUp, TestCase):
            def setUp(self):
                assert threading.current_thread() is thread
                IntegerValue.objects.create(name="one")

        class Case(Base):
            async def setUp(self):
                await super().setUp()
                await IntegerValue.objects.acreate(name="two")

            async def test(self):
                assert await IntegerValue.objects.acount() == 2

            def test_plain(self):
                assert IntegerValue.objects.count() == 2

        assert run(Case) == {"test": "ok", "test_plain": "ok"}
        assert not IntegerValue.objects.exists()

    def test_that_is_a_coroutine_under_a_plain_one(self):
        class Case(Async):
            def setUp(self):
                super().setUp()
                self.calls.append("last")

            async def test(self):
                assert self.calls == ["plain", "async", "last"]

        assert run(Case) == {"test": "ok"}

    def test_that_nobody_defined(self):
        class Case(AsyncSetUp, SimpleTestCase):
            async def setUp(self):
                await super().setUp()

            async def tearDown(self):
                await super().tearDown()

            async def test(self):
                pass

        assert run(Case) == {"test": "ok"}

    def test_forgotten(self):
        class Case(Plain):
            async def setUp(self):
                super().setUp()

            async def test(self):
                pass

        assert run(Case) == {
            "test": "TypeError: Plain.setUp() was not awaited in the async Case.setUp(), and did "
            "nothing: write 'await super().setUp()'"
        }
