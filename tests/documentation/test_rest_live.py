"""What django-rest-live's documentation says of testing, on its real consumers."""

from __future__ import annotations

from channels.db import database_sync_to_async
from django.contrib.auth.models import User
from django.test import TestCase, TransactionTestCase, override_settings

from channeltest import APICommunicator, ChannelTestCase, async_test, get_headers_for_user
from tests.values.models import IntegerValue

from .live_values import UsersValueViewSet, ValueViewSet, served, silence

in_memory = override_settings(
    CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
)


class Served:
    """Registers a view for the class: its signals go to everybody."""

    view = ValueViewSet

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.application = served(cls.view)
        cls.addClassCleanup(silence)


def subscribe(pk, action="retrieve"):
    return {
        "type": "subscribe",
        "id": 1337,
        "model": "values.IntegerValue",
        "action": action,
        "lookup_by": pk,
    }


def broadcast(value, action):
    instance = {"id": value.pk, "name": value.name, "value": value.value}
    return {
        "type": "broadcast",
        "id": 1337,
        "model": "values.IntegerValue",
        "instance": instance,
        "action": action,
    }


@in_memory
class SampleTests(Served, TransactionTestCase):
    """The sample test case."""

    async def test_subscribe(self):
        client = APICommunicator(self.application, "/ws/subscribe/")
        connected, _ = await client.connect()
        self.assertTrue(connected)
        await client.send_json_to(subscribe("1", "list"))
        self.assertTrue(await client.receive_nothing())
        value = await database_sync_to_async(IntegerValue.objects.create)(name="one")
        response = await client.receive_json_from()
        self.assertEqual(response, broadcast(value, "CREATED"))
        await client.disconnect()


@in_memory
class RolledBackTests(Served, TestCase):
    """What the documentation warns of works too: ``TestCase``, and the ORM's own coroutines."""

    async def test_subscribe(self):
        value = await IntegerValue.objects.acreate(name="one")
        client = APICommunicator(self.application, "/ws/subscribe/")
        await client.connect()
        await client.send_json_to(subscribe(str(value.pk)))
        self.assertTrue(await client.receive_nothing())
        value.value = 2
        await value.asave()
        self.assertEqual(await client.receive_json_from(), broadcast(value, "UPDATED"))
        await client.disconnect()

    async def test_other_tests_values_are_gone(self):
        self.assertFalse(await IntegerValue.objects.aexists())


class CaptiveTests(Served, ChannelTestCase):
    """The same over captive layers."""

    async def test_subscribe(self):
        async with APICommunicator(self.application, "/ws/subscribe/") as client:
            await client.send_json_to(subscribe("1", "list"))
            self.assertTrue(await client.receive_nothing())
            value = await IntegerValue.objects.acreate(name="one")
            self.assertEqual(await client.receive_all_json(), [broadcast(value, "CREATED")])


@in_memory
class LifecycleTests(Served, TransactionTestCase):
    """``setUp`` and ``tearDown``."""

    async def asyncSetUp(self):
        self.client = APICommunicator(self.application, "/ws/subscribe/")
        connected, _ = await self.client.connect()
        self.assertTrue(connected)

    async def asyncTearDown(self):
        await self.client.disconnect()

    @async_test
    async def test_subscribe(self):
        await self.client.send_json_to(subscribe("1", "list"))
        self.assertTrue(await self.client.receive_nothing())


@in_memory
class AuthenticationTests(Served, TransactionTestCase):
    """Authentication."""

    view = UsersValueViewSet

    async def test_logged_in(self):
        user = await database_sync_to_async(User.objects.create_user)(username="test")
        headers = await get_headers_for_user(user)
        client = APICommunicator(self.application, "/ws/subscribe/", headers)
        await client.connect()
        await client.send_json_to(subscribe("1", "list"))
        self.assertTrue(await client.receive_nothing())
        await client.disconnect()

    async def test_anonymous(self):
        client = APICommunicator(self.application, "/ws/subscribe/")
        await client.connect()
        await client.send_json_to(subscribe("1", "list"))
        response = await client.receive_json_from()
        self.assertEqual(response["code"], 403)
        await client.disconnect()
