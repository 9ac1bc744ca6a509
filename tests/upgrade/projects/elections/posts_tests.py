from channels.test import ChannelTestCase, WSClient
from django.test import Client
from posts.models import Liveblog, Post


class LiveblogTests(ChannelTestCase):
    def setUp(self):
        self.blog = Liveblog.objects.create(slug="elections")

    def connect(self, path, **kwargs):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/liveblog/" + path, **kwargs)
        return client

    def test_bad_slug(self):
        client = self.connect("none/stream/", check_accept=False)
        self.assertEqual(client.receive(), {"error": "bad_slug"})
        self.assertIsNone(client.receive())

    def test_a_post(self):
        client = self.connect("elections/stream/")
        self.assertIsNone(client.receive())
        Client().post("/elections/", {"body": "Hello"})
        self.assertEqual(client.receive()["html"], "<p>Hello</p>")
        client.send_and_consume("websocket.disconnect", path="/liveblog/elections/stream/")
        Client().post("/elections/", {"body": "World"})
        self.assertIsNone(client.receive())

    def test_a_group(self):
        client = WSClient()
        client.join_group(self.blog.group_name)
        post = Post.objects.create(liveblog=self.blog, body="")
        self.assertEqual(client.receive(), {"id": post.id, "html": "<p></p>"})

    def test_readers(self):
        one = self.connect("elections/readers/")
        self.assertEqual([one.receive(), one.receive()], [{"page": 1}, {"readers": 1}])
        two = self.connect("elections/readers/")
        self.assertEqual(one.receive(), {"readers": 2})
        two.send_and_consume("websocket.disconnect", path="/liveblog/elections/readers/")
        self.assertEqual(one.receive(), {"readers": 1})

    def test_no_readers(self):
        client = self.connect("none/readers/", check_accept=False)
        self.assertEqual(client.receive(), {"accept": False})
