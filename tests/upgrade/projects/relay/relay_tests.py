import json

from channels.test import ChannelTestCase, WSClient
from django.contrib.auth.models import User


class RelayTests(ChannelTestCase):
    def setUp(self):
        self.client = self.connected()

    def connected(self, path="/relay/one/", user=None):
        client = WSClient()
        if user is not None:
            client.force_login(user)
        client.send_and_consume("websocket.connect", path=path)
        return client

    def ask(self, client=None, path="/relay/one/", **content):
        client = client or self.client
        client.send_and_consume("websocket.receive", {"text": json.dumps(content)}, path=path)

    def answers(self, client=None):
        found = []
        while True:
            frame = (client or self.client).receive(json=False)
            if frame is None:
                return found
            found.append(frame)

    def test_a_room_with_another_name(self):
        client = WSClient()
        with self.assertRaises(AssertionError):
            client.send_and_consume("websocket.connect", path="/relay/a-b/")

    def test_words_come_in_their_order(self):
        self.ask(command="words", text="b A c")
        self.assertEqual(self.answers(), ["A", "b", "c"])

    def test_numbers(self):
        self.ask(command="count")
        self.assertEqual(self.answers(), ['{"kind": "count", "numbers": ["0", "1", "2"]}'])

    def test_a_shout_is_heard_by_all(self):
        other = self.connected()
        self.ask(command="shout", text="come in")
        self.assertEqual(self.answers(), ["Come In"])
        self.assertEqual(self.answers(other), ["Come In"])

    def test_a_worker(self):
        self.ask(command="later", text="come")
        self.consume("relay.later", fail_on_none=False)
        self.assertEqual(self.answers(), ["later: Come"])

    def consume(self, channel, **options):
        return self.client.consume(channel, **options)

    def test_who_may_purge(self):
        self.ask(command="purge")
        self.assertEqual(self.answers(), ['{"command": "purge", "kind": "refused"}'])
        staff = User.objects.create_user("mary", is_staff=True)
        client = self.connected(user=staff)
        self.ask(client, command="purge")
        self.assertEqual(self.answers(client), [])

    def test_bad_input(self):
        self.ask(command="nothing")
        self.client.send_and_consume("websocket.receive", {"text": "{"}, path="/relay/one/")
        self.ask(command="x" * 100)
        self.assertEqual(
            self.answers(),
            ['{"error": "json", "kind": "error"}', '{"error": "long", "kind": "error"}'],
        )

    def test_leaving(self):
        other = self.connected()
        self.ask(command="bye")
        self.client.send_and_consume("websocket.disconnect", path="/relay/one/")
        self.assertEqual(self.answers(other), ["somebody left"])

    def test_a_board(self):
        client = self.connected("/board/3/", User.objects.create_user("jo"))
        self.ask(client, "/board/3/", do="post", text="x" * 70)
        self.ask(client, "/board/3/", do="nothing")
        self.assertEqual(
            [json.loads(each) for each in self.answers(client)],
            [{"title": "board of jo"}, {"posted": "x" * 60}, {"error": "unknown"}],
        )

    def test_a_board_of_strangers(self):
        client = self.connected("/board/3/")
        self.ask(client, "/board/3/", do="post", text="a")
        self.assertEqual(
            [json.loads(each) for each in self.answers(client)],
            [{"title": "board of nobody"}, {"error": "who are you?"}],
        )
