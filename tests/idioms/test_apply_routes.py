"""``apply_routes`` on classes and methods and parts of a test, with routes in any shape."""

from channels import Channel, include, route
from channels.test import ChannelTestCase, Client, WSClient, apply_routes

from .app import consumers

WEBSOCKET_ROUTES = [
    route("websocket.connect", consumers.ws_accept),
    route("websocket.receive", consumers.ws_echo),
]
CHAT_ROUTES = [route("chat.receive", consumers.chat_receive)]


def says_hello(case):
    client = WSClient()
    client.send_and_consume("websocket.connect", path="/")
    client.send_and_consume("websocket.receive", text="hello")
    case.assertEqual(client.receive(json=False), "hello")


@apply_routes(WEBSOCKET_ROUTES)
class ClassTests(ChannelTestCase):
    def setUp(self):
        # The routes are there already.
        self.early = WSClient()
        self.early.send_and_consume("websocket.connect", path="/")

    def tearDown(self):
        self.early = None

    def test_one(self):
        says_hello(self)

    def test_two(self):
        self.assertIsNone(self.early.receive())
        says_hello(self)

    def test_only_these_routes(self):
        self.assertIsNone(Client().get_consumer_by_channel("chat.receive"))

    @apply_routes(CHAT_ROUTES)
    def test_a_methods_routes_come_first(self):
        self.assertIs(Client().get_consumer_by_channel("chat.receive"), consumers.chat_receive)
        self.assertIsNone(Client().get_consumer_by_channel("websocket.receive"))


class InheritingTests(ClassTests):
    """A subclass has the routes of its base."""


@apply_routes([WEBSOCKET_ROUTES, CHAT_ROUTES])
class NestedListTests(ChannelTestCase):
    def test_both_lists(self):
        says_hello(self)
        client = Client()
        client.send_and_consume("chat.receive", {"message": "hi"})
        self.assertEqual(client.receive(), {"text": '{"said": "HI"}'})


@apply_routes(((WEBSOCKET_ROUTES[0],), tuple(WEBSOCKET_ROUTES[1:])))
class NestedTupleTests(ChannelTestCase):
    def test_both_tuples(self):
        says_hello(self)


@apply_routes(CHAT_ROUTES[0])
class OneRouteTests(ChannelTestCase):
    def test_a_route_in_no_list(self):
        self.assertIs(Client().get_consumer_by_channel("chat.receive"), consumers.chat_receive)


class ShapesTests(ChannelTestCase):
    def test_one_route_in_no_list(self):
        with apply_routes(consumers.CounterConsumer.as_route(path="^/count/$")):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/count/")
            client.send_and_consume("websocket.receive", path="/count/", text={"add": 1})
            self.assertEqual(client.receive(), {"count": 1})

    def test_one_include_in_no_list(self):
        with apply_routes(include(WEBSOCKET_ROUTES)):
            says_hello(self)

    def test_includes_among_routes(self):
        with apply_routes([include(WEBSOCKET_ROUTES, path="^/chat"), CHAT_ROUTES[0]]):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/chat/attic/")
            client.send_and_consume("chat.receive", {"message": "hi"})
            self.assertEqual(client.receive(), {"said": "HI"})

    def test_lambdas(self):
        routes = [
            route(
                "websocket.connect", lambda message: message.reply_channel.send({"accept": True})
            ),
            route("internal", lambda message: Channel("result").send({"got": message["value"]})),
            route("value", lambda message: message["value"] + 1),
            route(
                "websocket.receive",
                lambda message, **kwargs: message.reply_channel.send({"text": kwargs["room"]}),
                path=r"^/(?P<room>\w+)/$",
            ),
        ]
        with apply_routes(routes):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/attic/")
            client.send_and_consume("websocket.receive", path="/attic/", text="x")
            self.assertEqual(client.receive(json=False), "attic")
            client.send_and_consume("internal", {"value": 7})
            self.assertEqual(self.get_next_message("result", require=True)["got"], 7)
            self.assertEqual(client.send_and_consume("value", {"value": 7}), 8)

    def test_dotted_consumers(self):
        with apply_routes([route("chat.receive", "tests.idioms.app.consumers.chat_receive")]):
            self.assertIs(Client().get_consumer_by_channel("chat.receive"), consumers.chat_receive)


class SetUpTests(ChannelTestCase):
    def setUp(self):
        self.client = WSClient()
        with apply_routes(WEBSOCKET_ROUTES):
            self.client.send_and_consume("websocket.connect", path="/")

    def test_the_connection_is_made(self):
        self.assertIsNone(self.client.receive())
        with apply_routes(WEBSOCKET_ROUTES):
            self.client.send_and_consume("websocket.receive", text="hello")
        self.assertEqual(self.client.receive(json=False), "hello")

    def test_the_routes_are_gone_again(self):
        with self.assertRaisesMessage(AssertionError, "Can't find consumer for message"):
            self.client.send_and_consume("websocket.receive", text="hello")


class EnteredInSetUpTests(ChannelTestCase):
    def setUp(self):
        self.routes = apply_routes(WEBSOCKET_ROUTES)
        self.routes.enter()
        self.addCleanup(self.routes.exit)

    def test_routes_until_the_end(self):
        says_hello(self)
