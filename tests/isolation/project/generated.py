"""A thousand tests that leave traces under the same names and look for each other's.

Every test first checks that it finds nothing, then does the same as all others, differing only in
the number that it leaves behind, and tidies nothing up.
"""

import backends
from asgiref.sync import async_to_sync
from channels import Channel, Group, channel_layers, route
from channels.layers import get_channel_layer
from channels.message import pending_message_store
from channels.signals import consumer_started
from channels.test import ChannelTestCase, TransactionChannelTestCase, WSClient, apply_routes
from channels.test.base import ChannelTestCaseMixin
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import TestCase

CLASSES = 100
TESTS_IN_A_CLASS = 10


class Traces:
    """What one test does. ``number`` is unique to it."""

    test_channel_aliases = ["default", "second"]

    def check(self, number):
        self.find_nothing()
        self.leave_messages(number)
        self.leave_groups(number)
        self.leave_sessions(number)
        self.leave_routes(number)

    def find_nothing(self):
        self.assertEqual(backends.Unbuildable.attempts, 0)
        self.assertFalse(pending_message_store.active)
        for alias in self.test_channel_aliases:
            layer = channel_layers[alias]
            self.assertEqual((layer._channels, layer._groups), ({}, {}))
            self.assertEqual(layer.router.channels, {"count"})
        self.assertFalse(Session.objects.exists())
        self.assertFalse(User.objects.exists())

    def leave_messages(self, number):
        for alias in self.test_channel_aliases:
            Channel("messages", alias=alias).send({"number": number, "alias": alias})
            Channel("messages", alias=alias).send({"number": number, "alias": alias})
            received = self.get_next_message("messages", alias=alias, require=True)
            self.assertEqual(received.content, {"number": number, "alias": alias})

    def leave_groups(self, number):
        for alias in self.test_channel_aliases:
            Group("members", alias=alias).add("member")
            Group("members", alias=alias).add(f"member-{number}")
            members = channel_layers[alias].group_channels("members")
            self.assertEqual(set(members), {"member", f"member-{number}"})
        Group("members").send({"number": number})
        self.assertEqual(self.get_next_message("member", require=True)["number"], number)
        self.assertIsNone(self.get_next_message("member", alias="second"))

    def leave_sessions(self, number):
        client = WSClient()
        client.reply_channel = "the-same-for-all"
        client.force_login(User.objects.create(username="the-same-for-all", last_name=str(number)))
        for expected in (1, 2):
            client.send_and_consume("count")
            self.assertEqual(client.receive(), expected)
        self.assertEqual(User.objects.get().last_name, str(number))

    def leave_routes(self, number):
        def answer(message):
            message.reply_channel.send({"number": number})

        apply_routes([route("answer", answer)]).enter()
        client = WSClient()
        client.send_and_consume("answer")
        self.assertEqual(client.receive(), {"number": number})
        channel_layers["second"].router.add_route(route("answer", answer))
        self.assertIn("answer", channel_layers["second"].router.channels)


class PlainTests(Traces, ChannelTestCase):
    pass


class MixinTests(Traces, ChannelTestCaseMixin, TestCase):
    pass


class RoutedTests(Traces, ChannelTestCase):
    """The class and the method have routes, and they end with the test."""

    def leave_routes(self, number):
        def answer(message):
            message.reply_channel.send({"number": number})

        with apply_routes([[route("answer", answer)]], aliases=self.test_channel_aliases):
            for alias in self.test_channel_aliases:
                client = WSClient(alias=alias)
                client.send_and_consume("answer")
                self.assertEqual(client.receive(), {"number": number})
        super().leave_routes(number)


class ModernTests(Traces, ChannelTestCase):
    """The other face of the layer, that of Channels 4."""

    def leave_messages(self, number):
        super().leave_messages(number)
        layer = get_channel_layer()
        async_to_sync(layer.send)("modern", {"type": "number", "number": number})
        self.assertEqual(self.get_next_message("modern", require=True)["number"], number)
        async_to_sync(layer.group_add)("modern-members", "modern")


class PendingTests(Traces, ChannelTestCase):
    """The test ends in the middle of a consumer."""

    def leave_routes(self, number):
        super().leave_routes(number)
        consumer_started.send(sender=None)
        Channel("pending").send({"number": number})


class TransactionTests(Traces, TransactionChannelTestCase):
    pass


def generate(module):
    """Put the test classes into the module's namespace."""
    for kind in range(CLASSES):
        # Flushing the database is slow: every other kind comes more often.
        often = [PlainTests, MixinTests, RoutedTests, ModernTests, PendingTests] * 2
        base = [TransactionTests, *often][kind % 11]
        methods = {
            f"test_{number}": lambda self, number=number: self.check(number)
            for number in range(kind * TESTS_IN_A_CLASS, (kind + 1) * TESTS_IN_A_CLASS)
        }
        name = f"{base.__name__}{kind}"
        module[name] = type(name, (base,), dict(methods, __module__=__name__))


generate(globals())
