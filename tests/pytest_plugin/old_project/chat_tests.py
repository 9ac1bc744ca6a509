"""A suite of functions, as it was written for Channels 1; only the fixtures are new."""

import pytest
from channels import Channel, Group, route
from channels.asgi import channel_layers
from channels.exceptions import ChannelFull
from channels.test import WSClient
from django.contrib.auth.models import User

from channeltest import layers


@pytest.mark.django_db
@pytest.mark.parametrize("time", range(3))
def test_chat(ws_client, time):
    ws_client.force_login(User.objects.create_user("ada"))
    ws_client.send_and_consume("websocket.connect", path="/")
    ws_client.send_and_consume("websocket.receive", text="hello", path="/")
    assert ws_client.receive(json=False) == "ada: hello"
    assert layers.messages("archive") == [{"text": "hello"}]


@pytest.mark.parametrize("time", range(3))
def test_layer(time):
    Group("one").add("somewhere")
    Group("one").send({"time": time})
    assert channel_layers["default"].receive_many(["somewhere"])[1] == {"time": time}
    assert layers.groups() == {"one": ["somewhere"]}


def test_numbers():
    for _ in range(10):
        Channel("full").send({})
    with pytest.raises(ChannelFull):
        channel_layers["default"].send("full", {})


def other(message):
    message.reply_channel.send({"text": "from another route"})


@pytest.mark.django_db
@pytest.mark.channels(routes=[route("websocket.receive", other)])
def test_routes(ws_client):
    ws_client.send_and_consume("websocket.receive", text="hello")
    assert ws_client.receive(json=False) == "from another route"


@pytest.mark.django_db
def test_channel_routes(channel_routes):
    channel_routes([route("another.channel", other)])
    client = WSClient()
    client.send_and_consume("another.channel", {})
    assert client.receive(json=False) == "from another route"
