from unittest import mock

from channels import include
from channels.test import ChannelTestCase, HttpClient, WSClient, apply_routes
from django.contrib.auth.models import User

from liveblog.models import Blog, Entry
from liveblog.routing import dictation_routing

PATH = "/ws/live/election/dictate/"


class DictationTests(ChannelTestCase):
    @classmethod
    def setUpTestData(cls):
        Blog.objects.create(slug="election", title="Election night")
        cls.user = User.objects.create_user("ann", password="pw", is_staff=True)

    def setUp(self):
        self.client = WSClient(ordered=True)

    def connect(self):
        self.client.force_login(self.user)
        self.client.send_and_consume("websocket.connect", path=PATH)

    def dictate(self, *sentences):
        for sentence in sentences:
            self.client.send_and_consume("websocket.receive", text=sentence, path=PATH)

    def test_sentences_are_counted(self):
        self.connect()
        self.dictate("Polls are closed.", "Counting begins.")
        self.assertEqual(self.client.receive(), 1)
        self.assertEqual(self.client.receive(), 2)
        self.assertIsNone(self.client.receive())

    def test_hanging_up_sends_the_entry(self):
        self.connect()
        self.dictate("Polls are closed.", "5 < 6.")

        self.client.send_and_consume("websocket.disconnect", path=PATH)

        message = self.get_next_message("liveblog.entry", require=True)
        self.assertEqual(
            message.content,
            {"slug": "election", "author": self.user.pk, "text": "Polls are closed. 5 &lt; 6."},
        )

    def test_worker_saves_the_entry(self):
        self.connect()
        self.dictate("Polls are closed.")
        self.client.send_and_consume("websocket.disconnect", path=PATH)

        self.client.consume("liveblog.entry")

        entry = Entry.objects.get()
        self.assertEqual((entry.author, entry.text), (self.user, "Polls are closed."))

    def test_silence_is_no_entry(self):
        self.connect()
        self.client.send_and_consume("websocket.disconnect", path=PATH)
        self.assertIsNone(self.get_next_message("liveblog.entry"))

    def test_closed_blog(self):
        Blog.objects.update(closed=True)
        self.client.force_login(self.user)
        self.client.send_and_consume("websocket.connect", path=PATH, check_accept=False)
        self.assertEqual(self.client.receive(), {"close": True})

    def test_no_staff_gets_no_ear(self):
        with self.assertRaisesMessage(AssertionError, "Connection rejected"):
            self.client.send_and_consume("websocket.connect", path=PATH)


NUMBERED = [include(dictation_routing, path=r"^/ws/live/(?P<slug>[\w-]+)/dictate")]


@apply_routes(NUMBERED)
class RejectionTests(ChannelTestCase):
    """How the consumers of the first days say no."""

    def setUp(self):
        Blog.objects.create(slug="election", title="Election night")
        self.client = WSClient(ordered=True)

    def test_no_staff(self):
        self.client.send_and_consume("websocket.connect", path=PATH, check_accept=False)
        self.assertEqual(self.client.receive(), {"accept": False})

    def test_no_staff_is_a_rejection(self):
        with self.assertRaises(AssertionError) as caught:
            self.client.send_and_consume("websocket.connect", path=PATH)
        self.assertEqual(
            str(caught.exception), "Connection rejected: {'accept': False} != '{accept: True}'"
        )


@apply_routes(NUMBERED)
class OrderTests(ChannelTestCase):
    """Frames that overtake each other between the server and the workers."""

    def setUp(self):
        Blog.objects.create(slug="election", title="Election night")
        self.client = HttpClient()
        self.client.force_login(User.objects.create_user("ann", password="pw", is_staff=True))
        self.client.send_and_consume("websocket.connect", content={"order": 0}, path=PATH)

    def sentences(self):
        from channels.sessions import session_for_reply_channel

        return session_for_reply_channel(self.client.reply_channel)["sentences"]

    def test_overtaken(self):
        for order in 1, 3, 2:
            self.client.send(
                "websocket.receive", content={"order": order}, text=str(order), path=PATH
            )

        self.client.consume("websocket.receive")
        self.client.consume("websocket.receive")
        self.assertEqual(self.sentences(), ["1"])
        self.client.consume("websocket.receive")
        self.assertEqual(self.sentences(), ["1", "2"])
        # The third comes back from the channel on which it waited.
        self.client.consume("websocket.receive")
        self.assertEqual(self.sentences(), ["1", "2", "3"])
        self.client.consume("websocket.receive", fail_on_none=False)
        self.assertEqual([self.client.receive() for _ in range(3)], [1, 2, 3])

    def test_waiting(self):
        self.client.send_and_consume("websocket.receive", {"order": 2}, text="2", path=PATH)

        waiting = self.get_next_message("__wait__.%s" % self.client.reply_channel, require=True)

        self.assertEqual(waiting["original_channel"], "websocket.receive")
        self.assertEqual((waiting["order"], waiting["text"]), (2, "2"))
        self.assertIsNone(self.client.receive())

    def test_hanging_up_waits_for_the_last_sentence(self):
        self.client.send_and_consume("websocket.disconnect", {"order": 2}, path=PATH)
        self.assertIsNone(self.get_next_message("liveblog.entry"))

        self.client.send_and_consume("websocket.receive", {"order": 1}, text="Done.", path=PATH)
        self.client.consume("websocket.disconnect")

        self.assertEqual(self.get_next_message("liveblog.entry", require=True)["text"], "Done.")

    def test_order_is_needed(self):
        with self.assertRaisesMessage(ValueError, "No `order` value in message; @enforce_ordering"):
            self.client.send_and_consume("websocket.receive", text="late", path=PATH)

    def test_ordered_clients_count_themselves(self):
        client = WSClient(ordered=True)
        with self.assertRaisesMessage(ValueError, 'Do not use "order" manually'):
            client.send("websocket.receive", content={"order": 5}, path=PATH)

    def test_session_of_a_channel(self):
        with mock.patch("channels.sessions.session_for_reply_channel") as make:
            make.return_value.get.return_value = 9
            self.client.send_and_consume("websocket.receive", {"order": 1}, text="1", path=PATH)
        make.assert_called_once_with(self.client.reply_channel)
        self.assertIsNone(self.client.receive())
