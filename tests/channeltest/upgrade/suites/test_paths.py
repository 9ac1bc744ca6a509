from __future__ import annotations

import pytest

from tests.channeltest.upgrade.suites.cases import (
    CASE,
    CONNECTED,
    OPENED,
    behind,
    converted,
    left,
    left_behind,
    method,
    methods,
    suite,
)

SEND = 'client.send_and_consume("websocket.receive", text="hi", path={})'


@pytest.mark.parametrize("path", ['"/a/"', "PATH", '"/a/?b=1"'])
def test_the_same_path(path):
    assert behind(SEND.format(path)) == 'await client.send_to(text_data="hi")\n'


@pytest.mark.parametrize("path", ['"/b/"', "'/a/%d' % 1", "self.path"])
def test_another_path(path):
    assert "whether its client is connected at" in left_behind(SEND.format(path))


@pytest.mark.parametrize("client", ["client", "self.client"])
def test_a_client_that_connects_again(client):
    connect = f'{client}.send_and_consume("websocket.connect", path="/a/")\n'
    text = left(method(f"{client} = WSClient()\n{connect * 2}"))
    assert "the client connects again" in text


def test_clients_of_one_name():
    assert behind(CONNECTED) == OPENED


ENTER = """
def enter(self):
    client = WSClient()
    client.send_and_consume("websocket.connect")
    return client
"""
HELPERS = """
path = "/rooms/"

def enter(self, path="/a/"):
    client = WSClient()
    client.send_and_consume("websocket.connect", path=path)
    return client

def say(self, client, path):
    client.send_and_consume("websocket.receive", text="hi", path=path)

def test_it(self):
    client = self.enter({})
    client.send_and_consume("websocket.disconnect", path={})
    self.say(client, {})
"""


@pytest.mark.parametrize(
    "paths", [("", '"/a/"', '"/a/"'), ('"/b/"',) * 3, ("self.path", '"/rooms/"', "self.path")]
)
def test_a_path_through_helpers(paths):
    assert "await client.disconnect()" in converted(suite(methods(HELPERS.format(*paths))))


@pytest.mark.parametrize("paths", [('"/b/"', '"/a/"', '"/b/"'), ('"/a/"', '"/a/"', '"/c/"')])
def test_another_path_through_helpers(paths):
    assert "whether its client is connected at" in left(methods(HELPERS.format(*paths)))


@pytest.mark.parametrize(
    ("made", "client"),
    [
        (CONNECTED, "client"),
        (CONNECTED.replace("client", "self.client"), "self.client"),
        ("client = self.enter()\n", "client"),
    ],
)
def test_the_channel_of_a_connected_client(made, client):
    use = f"self.assertEqual({client}.receive(), {client}.reply_channel)"
    text = converted(suite(methods(ENTER) + method(made + use)[len(CASE) - 1 :]))
    assert f"{client}.consumer.channel_name)\n" in text


@pytest.mark.parametrize(
    "statements",
    [
        "client = WSClient()\nx = client.reply_channel",
        f"{CONNECTED}client.reply_channel = 'websocket.send?x'\nx = client.reply_channel",
    ],
)
def test_a_channel_that_is_not_known(statements):
    assert "what its client's channel is is not known" in left(method(statements))
