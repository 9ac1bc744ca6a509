from channels import Channel, Group
from channels.exceptions import DenyConnection
from channels.test import ChannelTestCase, WSClient
from django.contrib.auth.models import User

from chat.consumers import RoomConsumer, keep_remark
from chat.models import Mute, Remark, Room


class RoomTestCase(ChannelTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.user = User.objects.create_user("ann", email="ann@newsroom.example", password="pw")
        cls.room = Room.objects.create(slug="lounge")

    def enter(self, user=None, path="/ws/chat/lounge/"):
        client = WSClient(ordered=True)
        client.path = path
        client.force_login(user or self.user)
        client.send_and_consume("websocket.connect", path=path)
        client.greeting = client.receive()
        return client

    def say(self, client, command, text=None):
        client.send_and_consume(
            "websocket.receive", path=client.path, text={"command": command, "text": text}
        )


class TalkTests(RoomTestCase):
    def setUp(self):
        self.client = self.enter()

    def test_greeting(self):
        self.assertEqual(self.client.greeting, {"room": "lounge", "signature": ""})
        self.assertIsNone(self.client.receive())

    def test_joined_the_group(self):
        self.room.group.send({"text": "ok"})
        self.assertEqual(self.client.receive(json=False), "ok")

    def test_a_remark_goes_to_the_worker(self):
        self.say(self.client, "say", "hello")

        message = self.get_next_message("chat.remarks", require=True)

        self.assertEqual(
            message.content, {"room": "lounge", "author": self.user.pk, "text": "hello"}
        )
        self.assertIsNone(self.client.receive())

    def test_the_worker_tells_the_room(self):
        other = self.enter(User.objects.create_user("bob", password="pw"))
        self.say(self.client, "say", "hello")

        self.client.consume("chat.remarks")

        self.assertEqual(str(Remark.objects.get()), "ann: hello")
        for client in self.client, other:
            self.assertEqual(client.receive(), {"from": "ann", "text": "hello"})

    def test_the_worker_by_hand(self):
        Channel("chat.remarks").send({"room": "lounge", "author": self.user.pk, "text": "hi"})
        Group("chat-lounge").add("test-channel")

        keep_remark(self.get_next_message("chat.remarks", require=True))

        self.assertEqual(
            self.get_next_message("test-channel", require=True)["text"],
            RoomConsumer.encode_json({"from": "ann", "text": "hi"}),
        )

    def test_count_is_kept_in_the_channel_session(self):
        self.say(self.client, "say", "one")
        self.say(self.client, "say", "two")
        self.say(self.client, "count")
        self.assertEqual(self.client.receive(), {"said": 2})

    def test_each_connection_counts_for_itself(self):
        other = self.enter()
        self.say(self.client, "say", "one")
        self.say(other, "count")
        self.assertEqual(other.receive(), {"said": 0})

    def test_signature_is_kept_in_the_web_session(self):
        self.say(self.client, "sign", "- A.")
        self.assertEqual(self.client.receive(), {"signature": "- A."})

        other = WSClient(ordered=True)
        other._session = self.client._session
        other.send_and_consume("websocket.connect", path=self.client.path)
        self.assertEqual(other.receive(), {"room": "lounge", "signature": "- A."})

    def test_muted(self):
        Mute.objects.create(room=self.room, user=self.user)
        self.say(self.client, "say", "psst")
        self.assertEqual(self.client.receive(), {"error": "muted"})
        self.assertIsNone(self.get_next_message("chat.remarks"))

    def test_an_error_leaves_the_connection_in_order(self):
        self.say(self.client, "dance")
        self.assertEqual(self.client.receive(), {"error": "unknown-command"})

    def test_binary_frames_are_refused(self):
        with self.assertRaises(ValueError) as caught:
            self.client.send_and_consume(
                "websocket.receive", content={"bytes": b"hi"}, path=self.client.path
            )
        self.assertEqual(str(caught.exception), "No text section for incoming WebSocket frame!")

    def test_leave(self):
        self.say(self.client, "leave")
        self.assertEqual(self.client.receive(), {"close": True})

    def test_the_others_hear_of_it(self):
        other = self.enter(User.objects.create_user("bob", password="pw"))

        self.client.send_and_consume("websocket.disconnect", path=self.client.path)

        self.assertEqual(other.receive(), {"left": "ann"})
        self.assertIsNone(self.client.receive())


class DoorTests(RoomTestCase):
    def setUp(self):
        self.client = WSClient(ordered=True)
        # Only a websocket can be closed with a code, and the name says what a channel is.
        self.client.reply_channel = "websocket.send?abc"

    def knock(self, path):
        self.client.send_and_consume("websocket.connect", path=path, check_accept=False)
        return self.client.receive(json=False)

    def test_anonymous(self):
        with self.assertRaises(DenyConnection):
            self.knock("/ws/chat/lounge/")
        self.assertIsNone(self.client.receive())

    def test_no_such_room(self):
        self.client.force_login(self.user)
        self.assertEqual(self.knock("/ws/chat/attic/"), {"close": 4004})

    def test_no_rooms_elsewhere(self):
        with self.assertRaisesMessage(AssertionError, "Can't find consumer for message"):
            self.knock("/old/ws/chat/lounge/")

    def test_staff_only(self):
        Room.objects.create(slug="board", staff_only=True)
        self.client.force_login(self.user)
        self.assertEqual(self.knock("/ws/chat/board/"), {"close": 4003})

    def test_staff(self):
        Room.objects.create(slug="board", staff_only=True)
        self.client.force_login(User.objects.create_user("chief", password="pw", is_staff=True))
        self.assertEqual(self.knock("/ws/chat/board/"), {"accept": True})

    def test_rejection_by_its_text(self):
        self.client.force_login(self.user)
        with self.assertRaisesMessage(
            AssertionError, "Connection rejected: {'close': 4004} != '{accept: True}'"
        ):
            self.client.send_and_consume("websocket.connect", path="/ws/chat/attic/")

    def test_login(self):
        self.assertFalse(self.client.login(username="ann", password="wrong"))
        self.assertTrue(self.client.login(username="ann", password="pw"))
        self.assertEqual(self.knock("/ws/chat/lounge/"), {"accept": True})
