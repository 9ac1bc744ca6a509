"""Tests with a transaction whose consumers write through a connection of their own."""

import pytest
from asgiref.sync import async_to_sync
from chat.asgi import application
from chat.models import Line
from django.test import TestCase

from channeltest import WebsocketCommunicator


async def talk():
    async with WebsocketCommunicator(application, "/chat/") as communicator:
        await communicator.send_json_to("one")
        return await communicator.receive_json_from()


@pytest.mark.django_db
async def test_not_asked_for_first():
    await WebsocketCommunicator(application, "/chat/").connect()


@pytest.mark.django_db
async def test_not_asked_for_again():
    await WebsocketCommunicator(application, "/chat/").connect()


@pytest.mark.channels
@pytest.mark.django_db
async def test_asked_for():
    assert await talk() == ["one"]


@pytest.mark.django_db(transaction=True)
async def test_that_commits():
    assert await talk() == ["one"]


@pytest.mark.django_db
def test_in_the_main_thread():
    assert async_to_sync(talk)() == ["one"]


class TestOfDjango(TestCase):
    async def test(self):
        assert await talk() == ["one"]


async def test_without_a_database():
    await WebsocketCommunicator(application, "/chat/").connect()


@pytest.mark.django_db
async def test_what_is_registered_on_commit(django_capture_on_commit_callbacks, websocket):
    """The fixture stands before the one that brings captive layers."""
    communicator = websocket("/announcing/")
    await communicator.connect()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        await communicator.send_json_to("one")
        assert await communicator.receive_nothing()
    assert len(callbacks) == 1
    assert await communicator.receive_json_from() == ["one"]
    assert await Line.objects.acount() == 1
