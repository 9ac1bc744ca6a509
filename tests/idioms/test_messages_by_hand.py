"""Messages built by hand, taken with get_next_message, and consumers called with them."""

from channels import Channel, channel_layers
from channels.message import Message
from channels.test import ChannelTestCase

from .app import consumers


class FunctionTests(ChannelTestCase):
    def next_message(self, channel, **content):
        Channel(channel).send(dict(content, reply_channel="reply"))
        return self.get_next_message(channel, require=True)

    def test_connect(self):
        message = self.next_message("websocket.connect", path="/lobby/")
        consumers.ws_connect(message)
        reply = self.get_next_message(message.reply_channel.name, require=True)
        self.assertEqual(reply.content, {"accept": True})

    def test_extra_arguments(self):
        message = self.next_message("setup", path="/")
        consumers.ws_connect(message, "attic")
        self.assertEqual(list(channel_layers["default"].group_channels("room-attic")), ["reply"])
        consumers.ws_connect(self.next_message("setup", path="/"), room="cellar")
        self.assertEqual(list(channel_layers["default"].group_channels("room-cellar")), ["reply"])

    def test_the_session_follows_the_reply_channel(self):
        consumers.ws_connect(self.next_message("websocket.connect", path="/lobby/"))
        message = self.next_message("websocket.disconnect", path="/lobby/")
        consumers.ws_disconnect(message)
        self.assertEqual(message.channel_session["room"], "lobby")
        self.assertEqual(self.get_next_message("bookkeeping").content, {"closed": "lobby"})

    def test_any_reply_channel_will_do(self):
        message = self.next_message("chat.receive", message="hi")
        self.assertEqual(message.reply_channel.name, "reply")
        consumers.chat_receive(message)
        self.assertEqual(self.get_next_message("reply")["text"], '{"said": "HI"}')

    def test_sends_outside_a_client_are_immediate(self):
        consumers.room_join(self.next_message("room.join", room="attic"))
        self.assertIsNotNone(self.get_next_message("room.announce"))

    def test_a_message_made_without_the_layer(self):
        layer = channel_layers["default"]
        message = Message({"reply_channel": "reply", "message": "hi"}, "chat.receive", layer)
        consumers.chat_receive(message)
        self.assertEqual(self.get_next_message("reply")["text"], '{"said": "HI"}')


class ClassTests(ChannelTestCase):
    def message(self, channel, **content):
        Channel(channel).send(dict(content, reply_channel="reply"))
        return self.get_next_message(channel, require=True)

    def test_a_base_consumer(self):
        message = self.message("setup", name="stage")
        consumers.SetupConsumer(message)
        reply = self.get_next_message(message.reply_channel.name, require=True)
        self.assertEqual(reply.content, {"ready": "stage", "kwargs": {}})

    def test_keyword_arguments(self):
        message = self.message("setup", name="stage")
        consumer = consumers.SetupConsumer(message, door="left")
        self.assertEqual(self.get_next_message("reply")["kwargs"], {"door": "left"})
        self.assertEqual(consumer.kwargs, {"door": "left"})
        self.assertIs(consumer.message, message)

    def test_a_websocket_consumer_over_its_life(self):
        consumers.CounterConsumer(self.message("websocket.connect", path="/"), start="4")
        self.assertEqual(self.get_next_message("reply").content, {"accept": True})
        consumers.CounterConsumer(self.message("websocket.receive", path="/", text='{"add": 3}'))
        self.assertEqual(self.get_next_message("reply").content, {"text": '{"count": 7}'})

    def test_groups_of_a_websocket_consumer(self):
        members = channel_layers["default"].group_channels
        consumers.MembersConsumer(
            self.message("websocket.connect", path="/", query_string="token=secret")
        )
        self.assertEqual(list(members("members")), ["reply"])
        consumers.MembersConsumer(self.message("websocket.disconnect", path="/"))
        self.assertEqual(list(members("members")), [])
