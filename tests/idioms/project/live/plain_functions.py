"""Clients in functions of pytest."""

import pytest
from channels import Channel, channel_layers, route
from channels.test import HttpClient, WSClient, apply_routes
from django.contrib.auth.models import User

from live.consumers import Room, ws_accept


@pytest.fixture
def ws(db):
    client = WSClient()
    client.force_login(User.objects.create_user("ada"))
    return client


@pytest.mark.django_db
def test_echo():
    client = HttpClient()
    client.send_and_consume("websocket.connect")
    client.send_and_consume("websocket.receive", text="hello")
    assert client.receive(json=False) == "hello"


def test_fixture(ws):
    ws.send_and_consume("websocket.connect", path="/rooms/attic/")
    ws.send_and_consume("websocket.receive", path="/rooms/attic/", text={"n": 1})
    assert ws.receive() == {"room": "attic", "user": "ada"}


@pytest.mark.django_db(transaction=True)
def test_transaction():
    client = WSClient()
    client.send_and_consume("websocket.connect")
    assert User.objects.count() == 0


@pytest.mark.django_db
@apply_routes([Room.as_route(path="^/(?P<room>[a-z]+)$")])
def test_apply_routes():
    consumer = WSClient().send_and_consume("websocket.connect", path="/cellar")
    assert consumer.kwargs == {"room": "cellar"}


@pytest.mark.django_db
def test_routes_are_back():
    assert WSClient().get_consumer_by_channel("websocket.connect") is ws_accept


@pytest.mark.parametrize("number", [1, 2, 3])
def test_state_is_kept(number):
    Channel("kept").send({"number": number})
    assert len(channel_layers["default"]._channels["kept"]) == number


def test_messages_arrive_in_order():
    layer = channel_layers["default"]
    assert [layer.receive_many(["kept"])[1]["number"] for _ in range(3)] == [1, 2, 3]


@pytest.mark.django_db
class TestInAClass:
    def test_connect(self):
        WSClient().send_and_consume("websocket.connect")

    @apply_routes([route("websocket.connect", lambda message: None)])
    def test_rejection(self):
        with pytest.raises(AssertionError) as raised:
            WSClient().send_and_consume("websocket.connect")
        assert str(raised.value) == "Connection rejected: None != '{accept: True}'"
