from channels import Channel, Group
from channels.test import ChannelTestCase, Client
from django.contrib.auth.models import User

from chat.consumers import ModerationConsumer, try_announce
from chat.models import Mute, Room


class ModerationTests(ChannelTestCase):
    def setUp(self):
        self.room = Room.objects.create(slug="lounge")
        self.user = User.objects.create_user("ann", password="pw")
        self.client = Client()

    def test_mute(self):
        consumer = self.client.send_and_consume("chat.mute", {"room": "lounge", "user": "ann"})

        self.assertEqual(self.client.receive(), {"muted": "ann"})
        self.assertEqual(consumer.muted.user, self.user)

    def test_muting_twice_is_told_once(self):
        for _ in range(2):
            self.client.send_and_consume("chat.mute", {"room": "lounge", "user": "ann"})
        self.client.receive()
        self.assertIsNone(self.client.receive())

    def test_unmute(self):
        Mute.objects.create(room=self.room, user=self.user)
        self.client.send("chat.unmute", {"room": "lounge", "user": "ann"})
        self.assertTrue(Mute.objects.exists())

        self.client.consume("chat.unmute")

        self.assertFalse(Mute.objects.exists())

    def test_without_reply_channel(self):
        Channel("chat.mute").send({"room": "lounge", "user": "ann"})
        message = self.get_next_message("chat.mute", require=True)

        ModerationConsumer(message)

        self.assertIsNone(message.reply_channel)
        self.assertTrue(Mute.objects.exists())

    def test_reply_to_a_named_channel(self):
        Channel("chat.mute").send({"room": "lounge", "user": "ann", "reply_channel": "moderator"})
        message = self.get_next_message("chat.mute", require=True)

        ModerationConsumer(message)

        result = self.get_next_message(message.reply_channel.name, require=True)
        self.assertEqual(result["muted"], "ann")

    def test_who_answers_a_channel(self):
        self.assertEqual(self.client.get_consumer_by_channel("chat.mute"), ModerationConsumer)
        self.assertIsNone(self.client.get_consumer_by_channel("chat.shout"))

    def test_nobody_answers(self):
        with self.assertRaises(AssertionError) as caught:
            self.client.consume("chat.mute")
        self.assertEqual(str(caught.exception), "No message for channel chat.mute")
        self.assertIsNone(self.client.consume("chat.mute", fail_on_none=False))

    def test_no_route(self):
        with self.assertRaisesMessage(AssertionError, "Can't find consumer for message"):
            self.client.send_and_consume("chat.shout", {"room": "lounge"})


class AnnouncementTests(ChannelTestCase):
    def test_full(self):
        sent = [try_announce("number %d" % number) for number in range(12)]
        self.assertEqual(sent, [True] * 10 + [False] * 2)

    def test_flush(self):
        layer = Group("presence").channel_layer
        try_announce("lunch")
        layer.flush()
        self.assertEqual(layer.receive_many(["announcements.queue"]), (None, None))

    def test_only_dicts(self):
        with self.assertRaises(TypeError):
            Channel("announcements.queue").send("lunch")
        with self.assertRaises(ValueError):
            Group("presence").send("lunch")
