"""The test cases: a layer for every test, under every runner and at every end."""

from __future__ import annotations

import io
import subprocess
import sys
import unittest

import pytest
from channels import Channel, Group, channel_layers
from channels.layers import channel_layers as modern_layers
from channels.layers import get_channel_layer
from channeltest.compat.message import Message
from channeltest.compat.routing import route
from django.test import SimpleTestCase, TestCase, override_settings
from django.test.runner import DiscoverRunner
from rest_framework.test import APITestCase, APITransactionTestCase

from channeltest import (
    CaptiveLayer,
    ChannelTestCase,
    ChannelTestCaseMixin,
    Client,
    TransactionChannelTestCase,
    WireError,
    apply_routes,
)
from tests.values.models import IntegerValue

from ..helpers import ENVIRONMENT, ROOT, python, run, run_one

pytestmark = pytest.mark.django_db(transaction=True)

CASES = [ChannelTestCase, TransactionChannelTestCase]


class Light(ChannelTestCaseMixin, SimpleTestCase):
    """A case without database."""


@pytest.fixture(autouse=True)
def untouched():
    """The managers hold nothing before and nothing after.

    Layers that other tests have made would go as soon as a test overrides the settings.
    """
    channel_layers.backends.clear()
    modern_layers.backends.clear()
    yield
    assert (channel_layers.backends, modern_layers.backends) == ({}, {})


def held(channel):
    """What is on the channel."""
    return [content for _, content in channel_layers["default"]._channels.get(channel, ())]


class TestEveryTest:
    @pytest.mark.parametrize("base", [*CASES, Light])
    def test_has_a_layer_of_its_own(self, base):
        layers = []

        class Case(base):
            def test_1(self):
                layers.append(channel_layers["default"])
                Channel("c").send({})
                Group("g").add("c")

            def test_2(self):
                layers.append(channel_layers["default"])
                assert held("c") == []
                assert channel_layers["default"]._groups == {}

        assert run(Case) == {"test_1": "ok", "test_2": "ok"}
        assert layers[0] is not layers[1]
        assert type(layers[0].channel_layer) is CaptiveLayer

    def test_has_it_from_set_up_to_cleanup(self):
        seen = []

        class Case(Light):
            def setUp(self):
                self.addCleanup(lambda: seen.append(channel_layers["default"]))
                seen.append(channel_layers["default"])

            def tearDown(self):
                seen.append(channel_layers["default"])

            def test(self):
                seen.append(channel_layers["default"])

        run(Case)
        assert len(seen) == 4
        assert len(set(map(id, seen))) == 1

    def test_sees_nothing_of_the_class_set_up(self):
        class Case(ChannelTestCase):
            @classmethod
            def setUpClass(cls):
                super().setUpClass()
                Channel("c").send({})
                Group("g").add("c")
                cls.layer = channel_layers["default"]

            @classmethod
            def setUpTestData(cls):
                IntegerValue.objects.create(name="data")
                Channel("c").send({})

            @classmethod
            def tearDownClass(cls):
                assert len(held("c")) == 2
                assert channel_layers["default"] is cls.layer
                super().tearDownClass()

            def test(self):
                assert held("c") == []
                assert channel_layers["default"]._groups == {}
                assert IntegerValue.objects.count() == 1

        assert run(Case) == {"test": "ok"}

    def test_keeps_routes_of_the_class_set_up(self):
        class Case(ChannelTestCase):
            @classmethod
            def setUpClass(cls):
                super().setUpClass()
                routes = apply_routes([route("c", lambda message: message["n"])])
                routes.enter()
                cls.addClassCleanup(routes.exit)

            def test(self):
                assert Client().send_and_consume("c", {"n": 5}) == 5

        assert run(Case) == {"test": "ok"}

    def test_sees_no_other_tests_routes(self):
        class Case(Light):
            def test_1(self):
                channel_layers["default"].router.add_route(route("c", lambda message: None))

            def test_2(self):
                assert channel_layers["default"].router.channels == set()

        assert set(run(Case).values()) == {"ok"}

    def test_has_both_faces(self):
        def body(case):
            assert get_channel_layer().layer is channel_layers["default"].channel_layer

        assert run_one(Light, body) == "ok"

    def test_that_puts_a_layer_in_place_itself(self):
        def body(case):
            channel_layers.set("default", None)
            modern_layers.backends.clear()

        assert run_one(Light, body) == "ok"

    @pytest.mark.parametrize("how", ["fail", "error", "skip"])
    def test_that_does_not_pass(self, how):
        def body(case):
            if how == "fail":
                case.fail("x")
            if how == "skip":
                case.skipTest("x")
            raise ZeroDivisionError

        assert run_one(Light, body) != "ok"

    def test_may_be_asynchronous(self):
        class Case(ChannelTestCase):
            async def test(self):
                await get_channel_layer().send("c", {"n": 1})
                assert self.get_next_message("c")["n"] == 1
                await IntegerValue.objects.acreate(name="one")

        assert run(Case) == {"test": "ok"}
        assert not IntegerValue.objects.exists()


class TestAliases:
    def test_only_those_asked_for(self):
        class Case(Light):
            test_channel_aliases = ["memory", "plain"]

            def test(self):
                assert set(channel_layers.backends) >= {"memory", "plain"}
                Channel("c", alias="plain").send({"n": 1})
                assert self.get_next_message("c", alias="memory") is None
                assert self.get_next_message("c", alias="plain")["n"] == 1
                assert "default" not in channel_layers.backends

        assert run(Case) == {"test": "ok"}

    def test_none(self):
        class Case(Light):
            test_channel_aliases = ()

            def test(self):
                assert "default" not in channel_layers.backends

        assert run(Case) == {"test": "ok"}

    def test_the_wire(self):
        class Case(Light):
            wire = "strict"

            def test(self):
                with self.assertRaises(WireError):
                    Channel("c").send({"v": ()})

        assert run(Case) == {"test": "ok"}


class Wrong(Light):
    __test__ = False
    test_channel_aliases = ["default", "nothing"]

    def test_1(self):
        raise AssertionError("run")

    def test_2(self):
        raise AssertionError("run")


class Loose(Light):
    __test__ = False
    wire = "loose"

    def test(self):
        raise AssertionError("run")


class Good(Light):
    __test__ = False

    def test(self):
        pass


# Python 3.10 has no notes: there the advice follows in the text.
WHY = "'nothing'"


class TestErrorsWhileSwapping:
    """They are errors of these tests, and the run goes on."""

    def outcome(self, case):
        result = unittest.TestResult()
        load = unittest.defaultTestLoader.loadTestsFromTestCase
        unittest.TestSuite([load(case), load(Good)]).run(result)
        return result

    def test_of_each_test(self):
        """Django's own set-up of a test may still add an alias, so the class is no place for it."""
        result = self.outcome(Wrong)
        assert [WHY in text for _, text in result.errors] == [True, True]
        assert result.testsRun == 3

    def test_of_the_class(self):
        result = self.outcome(Loose)
        [(_, text)] = result.errors
        assert "wire is 'lenient' or 'strict'" in text
        assert result.testsRun == 1

    def test_of_one_test_called_by_itself(self):
        result = unittest.TestResult()
        Wrong("test_1")(result)
        [(test, text)] = result.errors
        assert test.id().endswith("Wrong.test_1")
        assert WHY in text
        assert result.testsRun == 1

    def test_without_a_result_they_are_raised(self):
        with pytest.raises(ValueError, match="wire is 'lenient' or 'strict'"):
            Loose("test").debug()

    def test_under_djangos_runner(self):
        runner = DiscoverRunner(verbosity=0, interactive=False)
        load = unittest.defaultTestLoader.loadTestsFromTestCase
        suite = runner.test_suite([load(Wrong), load(Good)])
        result = runner.test_runner(stream=io.StringIO(), verbosity=0).run(suite)
        assert [WHY in text for _, text in result.errors] == [True, True]
        assert result.testsRun == 3

    def test_under_pytest(self, tmp_path):
        (tmp_path / "test_it.py").write_text(
            "from tests.channeltest.channels1.test_cases import Good, Wrong\n"
            "class TestWrong(Wrong):\n    __test__ = True\n"
            "class TestGood(Good):\n    __test__ = True\n"
        )
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "-p", "no:cacheprovider",
             "-c", str(ROOT / "setup.cfg"), "--rootdir", str(tmp_path), str(tmp_path)],
            cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True,
        )  # fmt: skip
        assert WHY in done.stdout
        assert "2 failed, 1 passed" in done.stdout

    def test_of_a_layer_that_is_gone_when_the_test_begins(self):
        class Case(Light):
            @classmethod
            def setUpClass(cls):
                super().setUpClass()
                cls.test_channel_aliases = ["nothing"]

            def test(self):
                raise AssertionError("run")

        text = run(Case)["test"]
        assert text.startswith("KeyError")
        assert WHY in text


class TestDebug:
    def test_runs_the_test_on_captive_layers(self):
        seen = []

        class Case(Light):
            def test(self):
                seen.append(type(channel_layers["default"].channel_layer))

        Case("test").debug()
        assert seen == [CaptiveLayer]

    def test_raises_what_the_test_raises(self):
        class Case(Light):
            def test(self):
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            Case("test").debug()


class TestMixin:
    """With Django's and Django REST framework's cases, on either side of other bases."""

    @pytest.mark.parametrize(
        "base", [SimpleTestCase, TestCase, APITestCase, APITransactionTestCase, unittest.TestCase]
    )
    def test_with_any_base(self, base):
        class Case(ChannelTestCaseMixin, base):
            def test(self):
                Channel("c").send({"n": 1})
                assert self.get_next_message("c", require=True)["n"] == 1
                assert type(channel_layers["default"].channel_layer) is CaptiveLayer

        assert run(Case) == {"test": "ok"}

    def test_the_api_client(self):
        class Case(ChannelTestCaseMixin, APITestCase):
            def test(self):
                assert type(self.client).__name__ == "APIClient"
                self.client.force_authenticate()

        assert run(Case) == {"test": "ok"}

    def test_with_a_base_that_has_hooks_of_its_own(self):
        calls = []

        class Hooks:
            def _pre_setup(self):
                super()._pre_setup()
                calls.append(type(channel_layers["default"].channel_layer))

            def _post_teardown(self):
                calls.append(type(channel_layers["default"].channel_layer))
                super()._post_teardown()

        if isinstance(vars(SimpleTestCase)["_pre_setup"], classmethod):
            Hooks._pre_setup = classmethod(Hooks._pre_setup)

        class Case(Hooks, ChannelTestCase):
            def test(self):
                pass

        assert run(Case) == {"test": "ok"}
        assert set(calls) == {CaptiveLayer}

    def test_of_a_subclass_and_its_base(self):
        class Base(ChannelTestCase):
            def test_1(self):
                Channel("c").send({})

        class Case(Base, ChannelTestCaseMixin):
            def test_2(self):
                assert held("c") == []

        assert set(run(Case).values()) == {"ok"}

    @pytest.mark.parametrize("base", CASES)
    def test_with_settings_overridden_for_the_class(self, base):
        @override_settings(CHANNEL_LAYERS={"default": {"BACKEND": "x.Y", "ROUTING": []}, "new": {}})
        class Case(base):
            def test(self):
                assert "new" in channel_layers
                Channel("c").send({"n": 1})
                assert self.get_next_message("c")["n"] == 1

        if base is ChannelTestCase:
            assert run(Case) == {"test": "ok"}

    def test_skipped_classes_and_tests(self):
        @unittest.skip("not now")
        class Skipped(Wrong):
            pass

        class Case(Light):
            @unittest.skip("not now")
            def test(self):
                raise AssertionError("run")

            @unittest.expectedFailure
            def test_wrong(self):
                self.fail()

        assert run(Skipped) == {"test_1": "skip", "test_2": "skip"}
        assert run(Case) == {"test": "skip", "test_wrong": "ok"}


class TestNextMessage:
    def test_a_message(self):
        def body(case):
            Channel("c").send({"n": 1, "reply_channel": "r"})
            message = case.get_next_message("c")
            assert isinstance(message, Message)
            assert (message["n"], message.channel.name, message.reply_channel.name) == (1, "c", "r")
            assert message.channel_layer is channel_layers["default"]

        assert run_one(Light, body) == "ok"

    def test_none(self):
        def body(case):
            assert case.get_next_message("c") is None

        assert run_one(Light, body) == "ok"

    def test_none_where_one_is_required(self):
        def body(case):
            Channel("other").send({})
            case.get_next_message("c", require=True)

        assert run_one(Light, body).startswith(
            "AssertionError: Expected a message on channel c, got none"
        )

    def test_what_waits_instead_is_named(self):
        class Case(Light):
            def test(self):
                Channel("other").send({})
                self.get_next_message("c", require=True)

        result = unittest.TestResult()
        Case("test")(result)
        assert "waiting: 'other' (1)" in result.failures[0][1]

    def test_a_name_that_is_not_valid(self):
        assert run_one(Light, lambda case: case.get_next_message("not valid")).startswith(
            "TypeError"
        )

    def test_an_alias_that_does_not_exist(self):
        text = run_one(Light, lambda case: case.get_next_message("c", alias="nothing"))
        assert text.startswith("KeyError")
        assert WHY in text


class TestDatabase:
    def test_a_test_case_rolls_back(self):
        class Case(ChannelTestCase):
            def test_1(self):
                IntegerValue.objects.create(name="one")

            def test_2(self):
                assert not IntegerValue.objects.exists()

        assert set(run(Case).values()) == {"ok"}

    def test_a_transaction_test_case_commits_and_flushes(self):
        class Case(TransactionChannelTestCase):
            def test_1(self):
                from django.db import transaction

                done = []
                transaction.on_commit(lambda: done.append(1))
                IntegerValue.objects.create(name="one")
                assert done == [1]

            def test_2(self):
                assert not IntegerValue.objects.exists()

        assert set(run(Case).values()) == {"ok"}

    def test_a_consumer_keeps_the_connection_open(self):
        class Case(ChannelTestCase):
            @apply_routes([route("c", lambda message: IntegerValue.objects.create(name="one"))])
            def test(self):
                Client().send_and_consume("c")
                assert IntegerValue.objects.count() == 1

        assert run(Case) == {"test": "ok"}
        assert not IntegerValue.objects.exists()


def test_in_parallel_processes():
    """Classes and results travel between the processes of Django's parallel runner."""
    said = python(
        """
        import os
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django
        django.setup()
        from django.test.runner import DiscoverRunner
        runner = DiscoverRunner(verbosity=0, interactive=False, parallel=2)
        failures = runner.run_tests(
            ["tests.idioms.test_internal_channels", "tests.idioms.test_other_channels"]
        )
        print("failures", failures)
        """
    )
    assert said.endswith("failures 0")
