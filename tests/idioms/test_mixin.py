"""ChannelTestCaseMixin with other test cases and mixins, and a clock that stands still."""

import time
import unittest
from unittest import mock

from channels import Channel, Group, channel_layers, route
from channels.test import ChannelTestCase, TransactionChannelTestCase, WSClient, apply_routes
from channels.test.base import ChannelTestCaseMixin
from django.contrib.auth.models import User
from django.db import connection
from django.test import SimpleTestCase, TestCase, TransactionTestCase
from rest_framework.test import APITestCase, APITransactionTestCase

from tests.values.models import IntegerValue

from .app import consumers


class ClientMixin:
    """Makes ``self.client`` a websocket client."""

    def setUp(self):
        super().setUp()
        self.client = WSClient()


class RoomMixin:
    room = "attic"

    def connect(self):
        self.client.send_and_consume("websocket.connect", path=f"/{self.room}/")


@apply_routes([route("websocket.connect", consumers.ws_connect)])
class SetUpClientTests(ClientMixin, RoomMixin, ChannelTestCase):
    def test_the_client_of_set_up(self):
        self.assertIsInstance(self.client, WSClient)
        self.connect()
        self.assertEqual(list(self.client.channel_layer._groups), ["room-attic"])

    def test_another_client_for_every_test(self):
        self.assertEqual(self.client.channel_layer._groups, {})
        self.connect()


class MixinWithDjangoTests(ChannelTestCaseMixin, TestCase):
    def test_the_layer_is_captive(self):
        Channel("c").send({"a": 1})
        self.assertEqual(self.get_next_message("c", require=True).content, {"a": 1})

    def test_each_test_has_its_own(self):
        self.assertIsNone(self.get_next_message("c"))
        self.assertTrue(connection.in_atomic_block)
        Channel("c").send({"a": 1})


class MixinWithTransactionTests(ChannelTestCaseMixin, TransactionTestCase):
    def test_no_transaction(self):
        self.assertFalse(connection.in_atomic_block)
        IntegerValue.objects.create(name="one")
        Channel("c").send({"a": 1})
        self.assertIsNotNone(self.get_next_message("c"))


class TransactionChannelTests(TransactionChannelTestCase):
    def test_no_transaction(self):
        self.assertFalse(connection.in_atomic_block)
        self.assertEqual(IntegerValue.objects.count(), 0)
        IntegerValue.objects.create(name="one")
        Channel("c").send({"a": 1})
        self.assertIsNotNone(self.get_next_message("c"))

    def test_flushed_in_between(self):
        self.test_no_transaction()


class RestMixin:
    def test_rest_client_and_channels(self):
        Group("g").add("c")
        response = self.client.get("/nowhere/")
        self.assertEqual(response.status_code, 404)
        Group("g").send({"a": 1})
        self.assertEqual(self.get_next_message("c", require=True).content, {"a": 1})

    def test_authentication(self):
        user = User.objects.create_user("ada")
        self.client.force_authenticate(user=user)
        client = WSClient()
        client.force_login(user)
        with apply_routes([consumers.UserConsumer.as_route()]):
            client.send_and_consume("websocket.connect")

    def test_a_fresh_layer(self):
        self.assertFalse(channel_layers["default"].group_channels("g"))
        self.assertEqual(User.objects.count(), 0)


class RestTests(RestMixin, ChannelTestCaseMixin, APITestCase):
    pass


class RestTransactionTests(RestMixin, ChannelTestCaseMixin, APITransactionTestCase):
    pass


class RestTransactionAfterTests(APITransactionTestCase, ChannelTestCase):
    """The test case of the framework first, ours behind it."""

    def test_the_layer_is_captive(self):
        Channel("c").send({"a": 1})
        self.assertIsNotNone(self.get_next_message("c"))


class TestDataTests(ChannelTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = User.objects.create_user("ada", password="secret")

    @apply_routes([consumers.UserConsumer.as_route()])
    def test_force_login(self):
        client = WSClient()
        client.force_login(self.user)
        client.send_and_consume("websocket.connect")
        client.send_and_consume("websocket.receive", text={"n": 1})
        self.assertEqual(client.receive(), {"user": "ada", "echo": {"n": 1}})

    def test_login(self):
        client = WSClient()
        self.assertTrue(client.login(username="ada", password="secret"))
        self.assertEqual(client.session["_auth_user_id"], str(self.user.pk))

    def test_changes_do_not_last(self):
        self.assertEqual(User.objects.get().username, "ada")
        User.objects.update(username="bob")


class TestDataMixinTests(ChannelTestCaseMixin, APITestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.value = IntegerValue.objects.create(name="one")

    def test_the_data_is_there(self):
        self.assertEqual(IntegerValue.objects.get(), self.value)
        self.assertIsNone(self.get_next_message("c"))


class Frozen:
    """Stops ``time.time`` for a whole test class, as freezegun's decorator does."""

    def __init__(self, moment):
        self.moment = moment

    def __call__(self, case):
        set_up, tear_down = case.setUpClass, case.tearDownClass
        clock = mock.patch("time.time", return_value=self.moment)

        def set_up_class():
            clock.start()
            set_up()

        def tear_down_class():
            tear_down()
            clock.stop()

        case.setUpClass = staticmethod(set_up_class)
        case.tearDownClass = staticmethod(tear_down_class)
        return case


@Frozen(1483228800)
class FrozenTimeTests(ChannelTestCase):
    def test_messages_do_not_expire(self):
        self.assertEqual(time.time(), 1483228800)
        Group("g").add("c")
        Group("g").send({"a": 1})
        self.assertIsNotNone(self.get_next_message("c"))

    def test_messages_expire_when_time_is_moved(self):
        Channel("c").send({"a": 1})
        time.time.return_value += 61
        self.addCleanup(setattr, time.time, "return_value", 1483228800)
        self.assertIsNone(self.get_next_message("c"))

    @apply_routes(
        [
            route("websocket.connect", consumers.ws_connect),
            route("websocket.disconnect", consumers.ws_disconnect),
        ]
    )
    def test_sessions(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/attic/")
        client.send_and_consume("websocket.disconnect")
        self.assertEqual(self.get_next_message("bookkeeping").content, {"closed": "attic"})


class AliasesTests(ChannelTestCaseMixin, TestCase):
    test_channel_aliases = ("default", "memory")

    def test_both(self):
        Channel("c", alias="memory").send({"a": 1})
        self.assertIsNone(self.get_next_message("c"))
        self.assertIsNotNone(self.get_next_message("c", alias="memory"))


class OutsideRunTests(unittest.TestCase):
    """What the mixin leaves behind when a test is over."""

    def test_the_layer_is_put_back(self):
        seen = []

        class Inner(ChannelTestCaseMixin, SimpleTestCase):
            def runTest(self):
                seen.append(channel_layers["default"])

        before = channel_layers.backends.get("default")
        result = unittest.TestResult()
        unittest.TestSuite([Inner()]).run(result)
        self.assertEqual(result.errors + result.failures, [])
        self.assertIsNot(seen[0], before)
        self.assertIsNot(channel_layers.backends.get("default"), seen[0])
