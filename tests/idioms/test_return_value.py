"""``send_and_consume`` returns what the consumer returned."""

from channels import route, route_class
from channels.test import ChannelTestCase, Client, WSClient, apply_routes

from .app.consumers import CounterConsumer, SetupConsumer


def double(message):
    message.reply_channel.send({"done": True})
    return message["value"] * 2


def returns_itself(message, **kwargs):
    return message, kwargs


@apply_routes(
    [
        route("double", double),
        route("itself", returns_itself, path=r"^/(?P<name>\w+)/$"),
        route_class(SetupConsumer),
        route_class(CounterConsumer, path=r"^/count/(?P<start>\d+)/$"),
    ]
)
class ReturnValueTests(ChannelTestCase):
    def test_a_functions_result(self):
        self.assertEqual(Client().send_and_consume("double", {"value": 21}), 42)

    def test_the_result_of_consume_alone(self):
        client = Client()
        client.send("double", {"value": 21})
        self.assertEqual(client.consume("double"), 42)

    def test_the_message_and_its_kwargs(self):
        message, kwargs = WSClient().send_and_consume("itself", path="/ada/")
        self.assertEqual(message.channel.name, "itself")
        self.assertEqual(kwargs, {"name": "ada"})

    def test_the_consumer_instance(self):
        client = WSClient()
        consumer = client.send_and_consume("websocket.connect", path="/count/5/")
        self.assertIsInstance(consumer, CounterConsumer)
        self.assertEqual(consumer.started, 5)
        self.assertEqual(consumer.kwargs, {"start": "5"})
        self.assertEqual(consumer.path, "/count/5/")
        self.assertEqual(consumer.message.reply_channel.name, client.reply_channel)

    def test_a_new_instance_for_each_message(self):
        client = WSClient()
        first = client.send_and_consume("websocket.connect", path="/count/5/")
        second = client.send_and_consume("websocket.receive", path="/count/5/", text={"add": 2})
        self.assertIsNot(first, second)
        self.assertIsNone(second.started)
        self.assertEqual(second.heard, {"add": 2})

    def test_methods_of_the_instance(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/count/5/")
        consumer = client.send_and_consume("websocket.receive", path="/count/5/", text={"add": 2})
        self.assertEqual(client.receive(), {"count": 7})
        self.assertEqual(consumer.count(), 7)
        self.assertEqual(consumer.message.channel_session["count"], 7)

        # Nobody has started a consumer now, so this goes out at once.
        consumer.send({"one": "more"})
        self.assertEqual(client.receive(), {"one": "more"})
        consumer.close()
        self.assertEqual(client.receive(), {"close": True})

    def test_a_base_consumer(self):
        consumer = Client().send_and_consume("setup", {"name": "stage"})
        self.assertIsInstance(consumer, SetupConsumer)

    def test_nothing_consumed(self):
        self.assertIsNone(Client().send_and_consume("unknown", {}, fail_on_none=False))
