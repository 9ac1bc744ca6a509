"""Routing as a dict, includes of includes, and classes behind single channels."""

from channels import include, route, route_class
from channels.routing import Router
from channels.test import ChannelTestCase, Client, WSClient, apply_routes

from .app import consumers

channel_routing = {
    "websocket.connect": "tests.idioms.app.consumers.ws_accept",
    "websocket.receive": consumers.ws_echo,
    "chat.receive": consumers.chat_receive,
}

listed_routing = [include(channel_routing)]


class EchoOnly(consumers.CounterConsumer):
    """A class that is routed channel by channel."""


class DictRoutingTests(ChannelTestCase):
    def test_an_included_dict(self):
        with apply_routes([include(channel_routing)]):
            client = WSClient()
            client.send_and_consume("websocket.connect")
            client.send_and_consume("websocket.receive", text="hello")
            self.assertEqual(client.receive(json=False), "hello")
            client.send_and_consume("chat.receive", {"message": "hi"})
            self.assertEqual(client.receive(), {"said": "HI"})

    def test_the_dicts_dotted_path(self):
        with apply_routes([include("tests.idioms.test_routing_forms.channel_routing")]):
            self.assertIs(
                Client().get_consumer_by_channel("websocket.connect"), consumers.ws_accept
            )

    def test_a_router_of_a_dict(self):
        self.assertEqual(Router(channel_routing).channels, set(channel_routing))
        dotted = "tests.idioms.test_routing_forms.channel_routing"
        self.assertEqual(Router(dotted).channels, set(channel_routing))

    def test_a_dict_that_leads_to_a_list(self):
        with apply_routes([include(listed_routing), route("setup", consumers.SetupConsumer)]):
            self.assertIs(Client().get_consumer_by_channel("websocket.receive"), consumers.ws_echo)
            self.assertIs(Client().get_consumer_by_channel("setup"), consumers.SetupConsumer)


class IncludeTests(ChannelTestCase):
    def test_an_include_of_an_include(self):
        with apply_routes([include(include(channel_routing), path=r"^/prefix")]):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/prefix/room/")
            with self.assertRaisesMessage(AssertionError, "Can't find consumer for message"):
                client.send_and_consume("websocket.connect", path="/room/")

    def test_an_include_of_a_list_with_an_include(self):
        with apply_routes([include([include(channel_routing, path="^/b")], path=r"^/a")]):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/a/b/")
            self.assertIsNone(
                client.send_and_consume(
                    "websocket.connect", path="/b/a/", fail_on_none=False, check_accept=False
                )
            )
            self.assertIsNone(client.receive())

    def test_named_groups_of_every_level(self):
        inner = [route_class(consumers.CounterConsumer, path=r"^/(?P<start>\d+)/$")]
        with apply_routes([include(inner, path=r"^/(?P<room>\w+)/count")]):
            consumer = WSClient().send_and_consume("websocket.connect", path="/attic/count/5/")
            self.assertEqual(consumer.kwargs, {"room": "attic", "start": "5"})


class ClassBehindOneChannelTests(ChannelTestCase):
    @apply_routes(
        [
            route("websocket.connect", consumers.ws_accept),
            route("websocket.receive", consumers.MembersConsumer),
        ]
    )
    def test_a_class_for_receive_alone(self):
        client = WSClient()
        client.send_and_consume("websocket.connect")
        consumer = client.send_and_consume("websocket.receive", text="hello")
        self.assertIsInstance(consumer, consumers.MembersConsumer)
        self.assertEqual(client.channel_layer.group_channels("members") or {}, {})

    @apply_routes(
        [
            route("websocket.connect", EchoOnly, path=r"^/(?P<start>\d+)$"),
            route("websocket.receive", "tests.idioms.test_routing_forms.EchoOnly"),
        ]
    )
    def test_a_class_for_two_channels(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/3")
        client.send_and_consume("websocket.receive", path="/3", text={"add": 1})
        self.assertEqual(client.receive(), {"count": 4})
        with self.assertRaisesMessage(AssertionError, "Can't find consumer for message"):
            client.send_and_consume("websocket.disconnect")
