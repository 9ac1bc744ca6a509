from channels import Group
from channels.exceptions import SendNotAvailableOnDemultiplexer
from channels.test import ChannelTestCase, WSClient, apply_routes
from django.contrib.auth.models import User

from articles.consumers import CursorConsumer, Desk
from articles.models import Article, Section


class DeskTests(ChannelTestCase):
    path = "/ws/desk/edit/"

    def setUp(self):
        self.section = Section.objects.create(name="Politics", slug="politics")
        self.client = self.connect("ann", is_staff=True)

    def connect(self, username, **kwargs):
        client = WSClient()
        client.force_login(User.objects.create_user(username, password="pw", **kwargs))
        client.send_and_consume("websocket.connect", path=self.path)
        self.assertEqual(client.receive(), {"stream": "cursors", "payload": {"you": username}})
        return client

    def send(self, stream, payload, client=None):
        (client or self.client).send_and_consume(
            "websocket.receive", path=self.path, text={"stream": stream, "payload": payload}
        )

    def test_create_an_article(self):
        self.send(
            "articles",
            {"action": "create", "data": {"headline": "New", "section": self.section.pk}},
        )

        article = Article.objects.get()
        self.assertEqual((article.headline, article.published), ("New", False))
        received = self.client.receive()
        self.assertEqual(received["stream"], "articles")
        self.assertEqual(received["payload"]["pk"], str(article.pk))

    def test_update_an_article(self):
        article = Article.objects.create(headline="Old", body="kept", section=self.section)
        self.client.receive()

        self.send(
            "articles",
            {
                "action": "update",
                "pk": str(article.pk),
                "data": {"headline": "New", "body": "lost"},
            },
        )

        article.refresh_from_db()
        # The body is none of the binding's fields.
        self.assertEqual((article.headline, article.body), ("New", "kept"))
        self.assertEqual(self.client.receive()["payload"]["data"]["headline"], "New")

    def test_only_superusers_delete(self):
        article = Article.objects.create(headline="Old", section=self.section)
        chief = self.connect("chief", is_superuser=True)

        self.send("articles", {"action": "delete", "pk": str(article.pk)})
        self.assertTrue(Article.objects.exists())

        self.send("articles", {"action": "delete", "pk": str(article.pk)}, client=chief)
        self.assertFalse(Article.objects.exists())
        self.assertEqual(chief.receive()["payload"]["action"], "delete")

    def test_readers_may_not_write(self):
        reader = self.connect("reader")

        self.send("articles", {"action": "create", "data": {"headline": "x"}}, client=reader)

        self.assertFalse(Article.objects.exists())
        self.assertIsNone(reader.receive())

    def test_the_front_page_takes_nothing(self):
        self.send("front-page", {"action": "create", "data": {"headline": "x"}})
        self.assertFalse(Article.objects.exists())

    def test_cursors_reach_everybody(self):
        bob = self.connect("bob")

        self.send("cursors", {"article": "17"})

        expected = {"stream": "cursors", "payload": {"editor": "ann", "article": "17"}}
        self.assertEqual(self.client.receive(), expected)
        self.assertEqual(bob.receive(), expected)

    def test_cursors_answer_the_sender(self):
        self.send("cursors", {})
        self.assertEqual(
            self.client.receive(), {"stream": "cursors", "payload": {"error": "no article"}}
        )

    def test_disconnect_reaches_every_stream(self):
        bob = self.connect("bob")
        self.send("cursors", {"article": "17"})
        bob.receive()

        self.client.send_and_consume("websocket.disconnect", path=self.path)

        self.assertEqual(bob.receive(), {"stream": "cursors", "payload": {"left": "17"}})
        self.assertEqual(list(bob.channel_layer.group_channels("desk")), [bob.reply_channel])

    def test_unknown_stream(self):
        with self.assertRaises(ValueError) as caught:
            self.send("weather", {})
        self.assertEqual(
            str(caught.exception), "Invalid multiplexed frame received (stream not mapped)"
        )

    def test_payload_must_be_a_dict(self):
        with self.assertRaisesMessage(ValueError, "Multiplexed frame payload is not a dict"):
            self.send("cursors", ["17"])

    def test_frame_without_stream(self):
        with self.assertRaises(ValueError):
            self.client.send_and_consume("websocket.receive", path=self.path, text={"hello": 1})

    def test_plain_send_is_refused(self):
        with self.assertRaises(SendNotAvailableOnDemultiplexer):
            Desk.group_send("desk", "cursors", {})


class OneStreamTests(ChannelTestCase):
    """A demultiplexer made for the test, of one stream."""

    def test_as_route_with_attrs(self):
        attrs = {"consumers": {"pen": CursorConsumer}, "connection_groups": lambda self: ["pens"]}
        client = WSClient()
        with apply_routes([Desk.as_route(path="^/$", attrs=attrs)]):
            client.send_and_consume("websocket.connect", path="/")
            self.assertEqual(client.receive(), {"stream": "pen", "payload": {"you": ""}})

            Group("pens").send({"text": "ok"})
            self.assertEqual(client.receive(json=False), "ok")
        self.assertEqual(Desk.consumers["cursors"], CursorConsumer)
