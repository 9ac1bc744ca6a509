"""``content`` merged with ``path``, and the ways in which consumers read it."""

import json

from channels import Group, route
from channels.test import ChannelTestCase, WSClient, apply_routes


def reports(message, **kwargs):
    """Accept, and tell what the consumer could read."""
    message.reply_channel.send({"accept": True})
    report = {
        "client": message.get("client"),
        "path": message["path"],
        "query": message.content.get("query_string", "none"),
        "missing": message.get("missing", "default"),
        "text": message.content["text"] if "text" in message else None,
        "kwargs": kwargs,
    }
    message.reply_channel.send({"text": json.dumps(report)})


ROUTES = [
    route("websocket.connect", reports, path=r"^/room/(?P<room>\w+)/$"),
    route("websocket.receive", reports, query_string=r"^as=(?P<name>\w+)$"),
    route("websocket.receive", reports),
]


@apply_routes(ROUTES)
class ConnectionContentTests(ChannelTestCase):
    def connect(self, **kwargs):
        self.client = WSClient()
        self.client.send_and_consume("websocket.connect", **kwargs)
        return self.client.receive()

    def test_the_clients_address(self):
        report = self.connect(content={"client": ["10.0.0.7", 5123]}, path="/room/attic/")
        self.assertEqual(report["client"], ["10.0.0.7", 5123])
        self.assertEqual(report["path"], "/room/attic/")
        self.assertEqual(report["kwargs"], {"room": "attic"})

    def test_a_query_string_in_the_content(self):
        report = self.connect(content={"query_string": "a=1&b=2"}, path="/room/attic/")
        self.assertEqual(report["query"], "a=1&b=2")

    def test_a_query_string_in_the_path(self):
        report = self.connect(path="/room/attic/?a=1&b=2")
        self.assertEqual((report["path"], report["query"]), ("/room/attic/", "a=1&b=2"))

    def test_the_content_wins_over_the_path(self):
        report = self.connect(
            content={"path": "/room/cellar/", "query_string": "a=2"}, path="/room/attic/?a=1"
        )
        self.assertEqual((report["path"], report["query"]), ("/room/cellar/", "a=2"))

    def test_nothing_given(self):
        report = self.connect(path="/room/attic/")
        self.assertEqual(report["client"], None)
        self.assertEqual(report["query"], "none")
        self.assertEqual(report["missing"], "default")
        self.assertEqual(report["text"], None)

    def test_text_in_the_content(self):
        self.connect(path="/room/attic/")
        self.client.send_and_consume("websocket.receive", {"text": "hello"})
        self.client.receive()
        self.assertEqual(self.client.receive()["text"], "hello")

    def test_a_dict_for_text_in_the_content_is_serialized(self):
        self.connect(path="/room/attic/")
        self.client.send_and_consume("websocket.receive", {"text": {"a": 1}})
        self.client.receive()
        self.assertEqual(json.loads(self.client.receive()["text"]), {"a": 1})

    def test_the_text_argument_wins(self):
        self.connect(path="/room/attic/")
        self.client.send_and_consume("websocket.receive", {"text": "content"}, text="argument")
        self.client.receive()
        self.assertEqual(self.client.receive()["text"], "argument")

    def test_a_query_string_is_dropped_after_the_connect(self):
        self.connect(path="/room/attic/?a=1")
        self.client.send_and_consume("websocket.receive", path="/room/attic/?as=ada", text="x")
        self.client.receive()
        self.assertEqual(self.client.receive()["kwargs"], {})

    def test_a_filter_on_the_query_string(self):
        self.connect(path="/room/attic/")
        self.client.send_and_consume("websocket.receive", {"query_string": "as=ada"}, text="x")
        self.client.receive()
        self.assertEqual(self.client.receive()["kwargs"], {"name": "ada"})

    def test_headers_and_cookies(self):
        client = WSClient()
        client.set_header("user-agent", "2017")
        client.set_cookie("taste", "sweet")
        client.send("websocket.connect", content={"client": ["10.0.0.7", 1]}, path="/")
        headers = self.get_next_message("websocket.connect").content["headers"]
        self.assertEqual(headers["user-agent"], "2017")
        self.assertIn(b"taste=sweet", headers["cookie"])

    def test_headers_in_the_content_win(self):
        client = WSClient()
        client.send("websocket.connect", content={"headers": [[b"host", b"example.com"]]})
        message = self.get_next_message("websocket.connect")
        self.assertEqual(message["headers"], [[b"host", b"example.com"]])

    def test_an_address_as_a_group(self):
        Group("10.0.0.7").add("test-channel")
        self.connect(content={"client": ["10.0.0.7", 5123]}, path="/room/attic/")
        Group(self.connect(content={"client": ["10.0.0.7", 1]}, path="/room/a/")["client"][0]).send(
            {"text": "found"}
        )
        self.assertEqual(self.get_next_message("test-channel")["text"], "found")
