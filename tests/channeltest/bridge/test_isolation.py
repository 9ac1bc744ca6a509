"""What one test has of its own, and that nothing of it stays."""

from __future__ import annotations

import pickle

import pytest
from asgiref.inmemory import ChannelLayer
from channels import channel_layers
from channels.layers import channel_layers as modern_layers
from django.contrib.auth.models import User
from django.test import TestCase

from channeltest import CaptiveLayer, ChannelTestCase, WSClient, apply_routes, captive_layers
from channeltest.bridge.isolation import Isolation, isolate_running_test
from channeltest.bridge.registry import connections
from channeltest.layers.captive import are_captive
from tests.bridge.clients import connected
from tests.bridge.consumers import AsyncEcho, Keeper


def in_place():
    """All that an isolation replaces."""
    return dict(channel_layers.backends), dict(modern_layers.backends), connections()


class IsolationTests(TestCase):
    def test_start_and_stop(self):
        before = in_place()
        isolation = Isolation(None)
        isolation.start()
        assert type(channel_layers["default"].channel_layer) is CaptiveLayer
        assert connections() is not before[2]
        isolation.stop()
        assert in_place() == before

    def test_a_start_that_fails_leaves_nothing(self):
        before = in_place()
        with pytest.raises(KeyError):
            Isolation(["default", "nothing"]).start()
        assert in_place() == before
        assert not are_captive()

    def test_unknown_aliases_may_be_left_out(self):
        isolation = Isolation(["default", "nothing"], skips_unknown=True)
        isolation.start()
        self.addCleanup(isolation.stop)
        with pytest.raises(KeyError, match="nothing"):
            isolation.check_aliases()

    def test_applications_end(self):
        with captive_layers(), apply_routes([AsyncEcho]):
            connection = connected().connection
        assert connection.ended

    def test_applications_can_end_earlier(self):
        with captive_layers() as isolation, apply_routes([AsyncEcho]):
            connection = connected().connection
            isolation.end_connections()
            assert connection.ended
            assert are_captive()

    def test_a_failed_test_can_be_sent_to_another_process(self):
        with captive_layers() as isolation:
            assert type(pickle.loads(pickle.dumps(isolation))) is Isolation

    def test_the_running_test(self):
        isolate_running_test()
        assert are_captive()


def test_no_running_test_that_could_end():
    """A pytest function ends, so that its layers do."""
    isolate_running_test()
    assert are_captive()


def test_nothing_is_left():
    assert not are_captive()


class Helper(TestCase):
    """A helper that is a test case, as some suites have them: nobody runs its tests."""

    __test__ = False

    def __init__(self):
        super().__init__("connected")

    def connected(self):
        return connected()


class HelpersTests(ChannelTestCase):
    """Clients made where no test ends."""

    @classmethod
    def setUpTestData(cls):
        User.objects.create_user("ada")
        cls.made_for_the_class = WSClient()

    def test_a_client_of_the_class(self):
        with apply_routes([Keeper]):
            self.made_for_the_class.send_and_consume("websocket.connect")
            assert connections().open

    def test_again(self):
        assert connections().open == {}
        with apply_routes([Keeper]):
            assert not Helper().connected().connection.ended

    def test_nothing_of_the_others(self):
        assert connections().open == {}


class LayersOfTheSuiteTests(ChannelTestCase):
    """A suite patches ``InMemoryChannelLayer`` where 1.1.8 had it."""

    def __call__(self, result=None):
        from channels.test import base

        class Roomy(ChannelLayer):
            def __init__(self):
                super().__init__(capacity=1000)

        original, base.InMemoryChannelLayer = base.InMemoryChannelLayer, Roomy
        try:
            super().__call__(result)
        finally:
            base.InMemoryChannelLayer = original

    def test_its_own_is_in_place(self):
        assert channel_layers["default"].capacity == 1000
        with apply_routes([AsyncEcho]):
            assert connected().connection.accepted
