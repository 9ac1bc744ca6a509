"""Tests of consumers that use the database; `test_databases` runs them on every kind there is."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer, WebsocketConsumer
from channels.test import ChannelTestCase, TransactionChannelTestCase, WSClient, apply_routes
from django.core.asgi import get_asgi_application
from django.db import close_old_connections, connection, transaction
from django.test import TestCase

from channeltest.stage.stage import Stage
from tests.values.models import IntegerValue


class Asynchronous(AsyncWebsocketConsumer):
    async def receive(self, text_data=None, bytes_data=None):
        await IntegerValue.objects.acreate(name=text_data)
        names = [value.name async for value in IntegerValue.objects.order_by("name")]
        await self.send(text_data=" ".join(names))

    async def disconnect(self, code):
        await database_sync_to_async(IntegerValue.objects.create)(name="goodbye")


class Synchronous(WebsocketConsumer):
    def receive(self, text_data=None, bytes_data=None):
        with transaction.atomic():
            IntegerValue.objects.create(name=text_data)
        close_old_connections()
        self.send(text_data=async_to_sync(self.names)())

    async def names(self):
        values = sync_to_async(lambda: list(IntegerValue.objects.order_by("name")))
        return " ".join(value.name for value in await values())

    def disconnect(self, code):
        IntegerValue.objects.create(name="goodbye")


class Together:
    """Each test runs with both consumers, and must find nothing of those before it."""

    def talk(self, consumer):
        assert IntegerValue.objects.count() == 0
        IntegerValue.objects.create(name="a test's")
        with apply_routes([consumer.as_route(path="/")]):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/")
            client.send_and_consume("websocket.receive", text="b", path="/")
            assert client.receive(json=False) == "a test's b"
            IntegerValue.objects.create(name="c")
            client.send_and_consume("websocket.receive", text="d", path="/")
            assert client.receive(json=False) == "a test's b c d"
            client.send_and_consume("websocket.disconnect", path="/")
        names = set(IntegerValue.objects.values_list("name", flat=True))
        assert names == {"a test's", "b", "c", "d", "goodbye"}

    def test_asynchronous(self):
        self.talk(Asynchronous)

    def test_synchronous(self):
        self.talk(Synchronous)

    def test_asynchronous_again(self):
        self.talk(Asynchronous)

    def test_synchronous_again(self):
        self.talk(Synchronous)

    def test_request_through_django(self):
        IntegerValue.objects.create(name="kept")
        from channels import route

        with apply_routes([route("http.request", get_asgi_application())]):
            client = WSClient()
            client.send_and_consume("http.request", {"path": "/none", "method": "GET"})
            assert client.receive()["status"] == 404
        assert IntegerValue.objects.count() == 1

    def test_left_open(self):
        with apply_routes([Asynchronous.as_route(path="/")]):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/")
            client.send_and_consume("websocket.receive", text="b", path="/")


class InTransaction(Together, ChannelTestCase):
    def test_same_transaction(self):
        """Whatever the application does, the test's connection stays the same and open."""
        IntegerValue.objects.create(name="before")
        was = connection.connection
        with apply_routes([Synchronous.as_route(path="/")]):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/")
            client.send_and_consume("websocket.receive", text="x", path="/")
        assert connection.connection is was
        assert connection.in_atomic_block

    def test_two_stages_at_once(self):
        one, two = Stage(), Stage()
        import contextvars

        async def save(name):
            await IntegerValue.objects.acreate(name=name)
            await asyncio.to_thread(lambda: None)

        for stage, name in ((one, "one"), (two, "two"), (one, "three")):
            stage.settle(lambda s=stage, n=name: s.run(save(n), contextvars.Context()))
        two.close()
        stage = one
        stage.settle(lambda: stage.run(save("four"), contextvars.Context()))
        one.close()
        assert IntegerValue.objects.count() == 4


class Committing(Together, TransactionChannelTestCase):
    pass


class PlainTestCase(Together, TestCase):
    """No test case of the harness's: the configured layer, Django's transaction."""


@pytest.mark.django_db
@pytest.mark.parametrize("consumer", [Asynchronous, Synchronous] * 2)
def test_in_a_function(consumer):
    Together().talk(consumer)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("consumer", [Asynchronous, Synchronous] * 2)
def test_in_a_function_that_commits(consumer):
    Together().talk(consumer)


def test_class_methods_ran():
    """The classes above are no Test* classes, and pytest finds them as unittest's."""
    assert issubclass(InTransaction, TestCase)
