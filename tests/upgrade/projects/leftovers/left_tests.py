from channels.test import ChannelTestCase, HttpClient, WSClient
from left.models import Number


class LeftTests(ChannelTestCase):
    def connect(self, path):
        client = WSClient(ordered=True)
        client.send_and_consume("websocket.connect", path=path)
        return client

    def test_binding(self):
        client = self.connect("/numbers/")
        Number.objects.create(value=1)
        self.assertEqual(client.receive()["payload"]["data"], {"value": 1})

    def test_count(self):
        client = self.connect("/count/")
        for _ in range(2):
            client.send_and_consume("websocket.receive", text={"n": 1}, path="/count/")
            self.assertEqual(client.receive(), {"count": 1})

    def test_shout(self):
        self.connect("/ordered/")
        client = self.connect("/shout/")
        client.send_and_consume("websocket.receive", text="hi", path="/shout/")
        self.assertEqual([client.receive(json=False), client.receive(json=False)], ["HI", "done"])

    def test_http(self):
        client = HttpClient()
        client.send_and_consume("http.request", {"method": "GET"}, path="/hello/")
        self.assertEqual(client.receive(json=False)["content"], b'"hello"')
