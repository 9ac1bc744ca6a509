import json
from unittest import mock

from channels import Channel, channel_layers
from channels.handler import AsgiRequest
from channels.test import ChannelTestCase, Client, WSClient
from channels.test.http import HttpClient
from django.test import override_settings

from liveblog.models import Blog, Entry


class WireTestCase(ChannelTestCase):
    test_channel_aliases = ["default", "wire"]

    def setUp(self):
        self.blog = Blog.objects.create(slug="election", title="Election night")

    def post(self, body, method="POST", **content):
        client = HttpClient()
        content.update(method=method, body=body)
        client.send_and_consume("http.request", content, path="/hooks/afp/")
        return client.receive(json=False)


class HookTests(WireTestCase):
    def test_accepted(self):
        reply = self.post(b'{"slug": "election", "text": "Polls are closed."}')

        self.assertEqual(reply["status"], 202)
        self.assertEqual(
            json.loads(reply["content"].decode()), {"agency": "afp", "slug": "election"}
        )

    def test_goes_to_the_wire_layer(self):
        self.post(b'{"slug": "election", "text": "Polls are closed."}')

        self.assertIsNone(self.get_next_message("wire.dispatch"))
        message = self.get_next_message("wire.dispatch", alias="wire", require=True)
        self.assertEqual(message["agency"], "afp")
        self.assertFalse(message["urgent"])
        self.assertEqual(message.channel_layer.alias, "wire")

    def test_urgent(self):
        self.post(b'{"slug": "election", "text": "x"}', query_string="urgent=1")
        self.assertTrue(self.get_next_message("wire.dispatch", alias="wire")["urgent"])

    def test_bad_dispatches(self):
        for body, reason in [(b"{", b"JSONDecodeError"), (b"{}", b"KeyError")]:
            reply = self.post(body)
            self.assertEqual(reply["status"], 400)
            self.assertEqual(reply["content"], b"Bad dispatch: " + reason)
        self.assertIsNone(self.get_next_message("wire.dispatch", alias="wire"))

    def test_only_post(self):
        with self.assertRaisesMessage(AssertionError, "Can't find consumer for message"):
            self.post(b"", method="GET")

    def test_request_by_hand(self):
        Channel("http.request").send(
            {
                "reply_channel": "http.response?test",
                "method": "post",
                "path": "/hooks/afp/",
                "query_string": b"a=1&b=2",
                "headers": [[b"host", b"newsroom.example"], [b"content-type", b"text/plain"]],
                "body": b"hello",
                "client": ["10.0.0.7", 50123],
            }
        )
        request = AsgiRequest(self.get_next_message("http.request", require=True))
        self.assertEqual((request.method, request.path), ("POST", "/hooks/afp/"))
        self.assertEqual(request.GET.dict(), {"a": "1", "b": "2"})
        self.assertEqual(request.META["REMOTE_ADDR"], "10.0.0.7")
        self.assertEqual(request.get_host(), "newsroom.example")
        self.assertEqual(request.body, b"hello")

    @override_settings(SESSION_COOKIE_NAME="sid")
    def test_headers_and_cookies(self):
        client = WSClient()
        client.set_header("x-agency", "afp")
        client.set_cookie("key", "k")
        headers = client.headers
        self.assertEqual(headers["x-agency"], "afp")
        self.assertIn(b"key=k", headers["cookie"])
        self.assertIn(b"sid=" + client.session.session_key.encode(), headers["cookie"])
        with self.assertRaises(ValueError):
            client.set_header("cookie", "key=k")


class DispatchTests(WireTestCase):
    def file(self, **content):
        content.update(agency="afp", slug="election", text="Polls are closed.")
        Client(alias="wire").send_and_consume("wire.dispatch", content)

    def test_comes_back_to_the_default_layer(self):
        self.file()
        message = self.get_next_message("liveblog.entry", require=True)
        self.assertEqual(message.content, {"slug": "election", "text": "AFP: Polls are closed."})

    def test_urgent(self):
        self.file(urgent=True)
        self.assertEqual(
            self.get_next_message("liveblog.entry")["text"], "URGENT AFP: Polls are closed."
        )

    def test_layers_have_their_own_routes(self):
        self.assertEqual(channel_layers["wire"].router.channels, {"wire.dispatch"})
        self.assertNotIn("wire.dispatch", channel_layers["default"].router.channels)

    def test_from_the_agency_to_the_editor(self):
        editor = WSClient()
        Blog.objects.update(editor_channel=editor.reply_channel)
        self.post(b'{"slug": "election", "text": "Polls are closed."}')

        Client(alias="wire").consume("wire.dispatch")
        Client().consume("liveblog.entry")

        entry = Entry.objects.get()
        self.assertEqual(entry.text, "AFP: Polls are closed.")
        self.assertEqual(editor.receive(), {"new": entry.pk})

    def test_no_editor(self):
        with mock.patch("liveblog.consumers.Channel") as channel:
            Client().send_and_consume("liveblog.entry", {"slug": "election", "text": "x"})
        channel.assert_not_called()
