"""Attributes of ours that a suite may replace by its own."""

from __future__ import annotations

from unittest import mock

import pytest
from django.test import SimpleTestCase

from channeltest import ChannelTestCase, ChannelTestCaseMixin, Client, WSClient, apply_routes
from channeltest.channels1.replaceable import replaceable
from tests.bridge.clients import connected, everything, say
from tests.bridge.consumers import AsyncEcho


class Owner:
    @replaceable
    def thing(self):
        """A thing of ours."""
        return "ours"


def test_it_is_a_property():
    assert Owner().thing == "ours"
    assert Owner.thing.__doc__ == "A thing of ours."


def test_an_instance_replaces_it():
    owner = Owner()
    owner.thing = "its own"
    assert (owner.thing, Owner().thing) == ("its own", "ours")
    del owner.thing
    assert owner.thing == "ours"


def test_a_subclass_replaces_it():
    class Sub(Owner):
        thing = "its own"

    assert Sub().thing == "its own"


NAMES = ("stage", "wire", "stage_bound", "server", "routes", "client", "connection", "isolation")


class OnInstancesTests(ChannelTestCase):
    def setUp(self):
        for name in NAMES:
            setattr(self, name, object())

    def test_a_modern_consumer_runs(self):
        with apply_routes([AsyncEcho]):
            client = connected()
            say(client, "hi")
            assert everything(client) == ["hi"]


class OnClassesTests(OnInstancesTests):
    stage = "the suite's"
    wire = object()
    stage_bound = object()
    server = "the suite's"
    connection = None

    def setUp(self):
        assert self.stage == "the suite's"


class ClientsTests(ChannelTestCase):
    def test_their_connection(self):
        with apply_routes([AsyncEcho]):
            client = connected()
            client.connection = "the suite's"
            say(client, "hi")
            assert everything(client) == ["hi"]

    def test_a_mocked_reply_channel(self):
        client = WSClient()
        name = client.reply_channel
        with mock.patch.object(client, "reply_channel", "mocked"):
            client.send("c")
            assert self.get_next_message("c")["reply_channel"] == "mocked"
        assert client.reply_channel == name

    def test_a_reply_channel_of_the_class(self):
        """As in 1.1.8, where every instance was given a name of its own."""

        class Named(WSClient):
            reply_channel = "of the class"

        assert Named().reply_channel.startswith("default")

    def test_a_reply_channel_as_a_property(self):
        class Named(Client):
            @property
            def reply_channel(self):
                return "fixed"

            @reply_channel.setter
            def reply_channel(self, name):
                pass

        Named().send("c")
        assert self.get_next_message("c")["reply_channel"] == "fixed"


class WireTests(ChannelTestCaseMixin, SimpleTestCase):
    def test_a_wrong_mode_is_an_error_all_the_same(self):
        class Case(ChannelTestCaseMixin, SimpleTestCase):
            wire = "loose"

            def runTest(self):
                raise AssertionError("run")

        with pytest.raises(ValueError, match="wire is 'lenient' or 'strict'"):
            Case().debug()
