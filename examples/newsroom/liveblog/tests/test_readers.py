from channels import Group
from channels.exceptions import DenyConnection
from channels.test import ChannelTestCase, WSClient

from liveblog.models import Blog, BlogGroup, Entry

HOME = [[b"host", b"newsroom.example"], [b"origin", b"http://newsroom.example"]]
ELSEWHERE = [[b"host", b"newsroom.example"], [b"origin", b"http://evil.example"]]


class ReaderTests(ChannelTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.blog = Blog.objects.create(slug="election", title="Election night")

    def setUp(self):
        self.client = WSClient()

    def connect(self, slug="election", headers=HOME, **kwargs):
        self.client.send_and_consume(
            "websocket.connect",
            content={"headers": headers, "client": ["10.0.0.7", 50123]},
            path="/ws/live/%s/" % slug,
            **kwargs,
        )

    def test_joins_the_blog(self):
        self.connect()
        Group("liveblog-election").send({"text": "ok"})
        self.assertEqual(self.client.receive(json=False), "ok")

    def test_catches_up(self):
        for number in range(5):
            Entry.objects.create(blog=self.blog, text="entry %d" % number)
        self.connect()
        texts = [self.client.receive()["text"] for _ in range(3)]
        self.assertEqual(texts, ["entry 2", "entry 3", "entry 4"])
        self.assertIsNone(self.client.receive())

    def test_closed_blog(self):
        Blog.objects.create(slug="match", title="Final", closed=True)
        self.connect("match")
        message = self.client.get_next_message(self.client.reply_channel)
        self.assertEqual(message.content, {"text": "closed", "close": True})
        self.assertEqual(self.client.channel_layer._groups, {})

    def test_unknown_blog(self):
        self.connect("nowhere", check_accept=False)
        self.assertEqual(self.client.receive(), {"close": 4004})

    def test_unknown_blog_is_a_rejection(self):
        with self.assertRaisesMessage(
            AssertionError, "Connection rejected: {'close': 4004} != '{accept: True}'"
        ):
            self.connect("nowhere")

    def test_other_sites_are_denied(self):
        with self.assertRaises(DenyConnection):
            self.connect(headers=ELSEWHERE)

    def test_no_origin_is_denied(self):
        with self.assertRaises(DenyConnection):
            self.client.send_and_consume("websocket.connect", path="/ws/live/election/")

    def test_slug_is_remembered(self):
        self.connect()
        self.assertEqual(self.client.session.load(), {"slug": "election"})

    def test_leaves(self):
        self.connect()
        self.client.send_and_consume("websocket.disconnect", path="/ws/live/election/")
        self.assertEqual(dict(self.client.channel_layer.group_channels("liveblog-election")), {})

    def test_leaving_without_having_joined(self):
        self.client.send_and_consume("websocket.disconnect", path="/ws/live/election/")
        self.assertIsNone(self.client.receive())

    def test_send_and_consume_apart(self):
        self.client.send(
            "websocket.connect", content={"headers": HOME}, path="/ws/live/election/?from=app"
        )
        self.assertEqual(self.client.channel_layer._groups, {})

        self.client.consume("websocket.connect")

        self.assertEqual(
            list(self.client.channel_layer._groups["liveblog-election"]),
            [self.client.reply_channel],
        )

    def test_group_of_a_blog(self):
        self.assertIsInstance(self.blog.readers, BlogGroup)
        self.blog.readers.add("test-channel")

        self.blog.readers.send_entry(Entry(pk=7, blog=self.blog, text="first results"))

        message = self.get_next_message("test-channel", require=True)
        self.assertJSONEqual(message["text"], {"id": 7, "author": None, "text": "first results"})
