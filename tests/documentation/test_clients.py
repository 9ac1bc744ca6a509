"""Clients: the full life cycle of messages with send, consume and receive."""

from channels import Group, route
from channels.test import ChannelTestCase, Client, HttpClient, WSClient, apply_routes
from django.contrib.auth.models import User

from .consumers import ClosingConsumer, RoomConsumer, my_internal_consumer, ordered_consumer


@apply_routes([route("my_internal_channel", my_internal_consumer)])
class MyTests(ChannelTestCase):
    def test_my_consumer(self):
        client = Client()
        client.send_and_consume("my_internal_channel", {"value": "my_value"})
        self.assertEqual(client.receive(), {"all is": "done"})

    def test_send_and_consume_one_by_one(self):
        client = Client()
        client.send("my_internal_channel", {"value": "my_value"})
        self.assertIsNone(client.receive())
        client.consume("my_internal_channel")
        self.assertEqual(client.receive(), {"all is": "done"})


class ClosingTests(ChannelTestCase):
    @apply_routes([ClosingConsumer.as_route()])
    def test_check_accept(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", check_accept=False)
        self.assertEqual(client.receive(), {"close": True})

    @apply_routes([ClosingConsumer.as_route()])
    def test_a_refused_connection_fails_the_test_otherwise(self):
        with self.assertRaisesMessage(AssertionError, "Connection rejected: {'close': True} != "):
            WSClient().send_and_consume("websocket.connect")


@apply_routes([RoomConsumer.as_route(path="/rooms/")])
class RoomsTests(ChannelTestCase):
    def test_rooms(self):
        client = WSClient()
        user = User.objects.create_user(username="test", email="test@test.com", password="123456")
        client.login(username="test", password="123456")

        self.check_rooms(client, user)

    def test_force_login(self):
        client = WSClient()
        user = User.objects.create_user(username="test")
        client.force_login(user)

        self.check_rooms(client, user)

    def check_rooms(self, client, user):
        client.send_and_consume("websocket.connect", path="/rooms/")
        # check that there is nothing to receive
        self.assertIsNone(client.receive())

        # test that the client in the group
        Group(RoomConsumer.groups[0]).send({"text": "ok"}, immediately=True)
        self.assertEqual(client.receive(json=False), "ok")

        client.session["rooms"] = ["test", "1"]
        client.session.save()

        client.send_and_consume("websocket.receive", path="/rooms/", text={"message": "hey"})
        # test 'response'
        self.assertEqual(client.receive(), {"rooms": ["test", "1"]})

        self.assertEqual(
            self.get_next_message("rooms_receive").content, {"user": user.id, "message": "hey"}
        )

        # There is nothing to receive
        self.assertIsNone(client.receive())

    def test_wrong_credentials(self):
        User.objects.create_user(username="test", password="123456")
        self.assertFalse(WSClient().login(username="test", password="654321"))


@apply_routes([route("websocket.receive", ordered_consumer)])
class OrderingTests(ChannelTestCase):
    def test_ordered(self):
        client = HttpClient(ordered=True)
        client.send_and_consume("websocket.receive", text="1", path="/ws")  # order = 0
        client.send_and_consume("websocket.receive", text="2", path="/ws")  # order = 1
        client.send_and_consume("websocket.receive", text="3", path="/ws")  # order = 2

        self.assertEqual([client.receive() for _ in range(3)], [1, 2, 3])

    def test_manually(self):
        client = HttpClient()
        client.send("websocket.receive", content={"order": 0}, text="1")
        client.send("websocket.receive", content={"order": 2}, text="2")
        client.send("websocket.receive", content={"order": 1}, text="3")

        # calling consume 4 time for `waiting` message with order 1
        client.consume("websocket.receive")
        client.consume("websocket.receive")
        client.consume("websocket.receive")
        self.assertEqual([client.receive() for _ in range(3)], [1, 3, None])
        client.consume("websocket.receive")

        self.assertEqual(client.receive(), 2)
        self.assertIsNone(client.receive())
