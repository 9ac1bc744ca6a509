"""``send`` and ``consume`` apart, and messages that the consumers send each other."""

from channels import route
from channels.test import ChannelTestCase, Client, WSClient, apply_routes

from .app import consumers


@apply_routes(
    [
        route("websocket.connect", consumers.ws_connect),
        route("websocket.receive", consumers.ws_receive),
        route("room.join", consumers.room_join),
        route("room.announce", consumers.room_announce),
    ]
)
class InternalChannelTests(ChannelTestCase):
    def test_a_sent_message_waits_to_be_consumed(self):
        client = WSClient()
        client.send("websocket.connect", path="/lobby/")
        self.assertIsNone(client.receive())
        client.consume("websocket.connect")
        self.assertEqual(
            list(client.channel_layer.group_channels("room-lobby")), [client.reply_channel]
        )

    def test_consume_checks_the_accept_of_a_connect(self):
        client = WSClient()
        client.send("websocket.connect", path="/lobby/")
        client.consume("websocket.connect", check_accept=False)
        self.assertEqual(client.receive(), {"accept": True})

    def test_consume_a_message_that_the_consumer_sent(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/lobby/")
        client.send("websocket.receive", text={"command": "join", "room": "attic"})
        client.consume("websocket.receive")
        self.assertIsNone(client.receive())

        client.consume("room.join")
        self.assertIsNone(client.receive())
        client.consume("room.announce")
        self.assertEqual(client.receive(), {"joined": "attic"})
        self.assertIsNone(client.receive())

    def test_messages_are_consumed_in_the_order_of_sending(self):
        client = Client()
        client.send("room.join", {"room": "a"})
        client.send("room.join", {"room": "b"})
        client.consume("room.join")
        self.assertEqual(self.get_next_message("room.announce").content, {"room": "a"})
        client.consume("room.join")
        self.assertEqual(self.get_next_message("room.announce").content, {"room": "b"})

    def test_nothing_to_consume(self):
        client = Client()
        with self.assertRaisesMessage(AssertionError, "No message for channel room.join"):
            client.consume("room.join")
        self.assertIsNone(client.consume("room.join", fail_on_none=False))

    def test_no_consumer(self):
        client = Client()
        client.send("room.leave", {"room": "a"})
        with self.assertRaisesMessage(AssertionError, "Can't find consumer for message"):
            client.consume("room.leave")
        client.send("room.leave", {"room": "a"})
        self.assertIsNone(client.consume("room.leave", fail_on_none=False))
