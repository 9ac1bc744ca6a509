"""Refused connections."""

from channels import route
from channels.exceptions import DenyConnection
from channels.test import ChannelTestCase, WSClient, apply_routes

from .app.consumers import MembersConsumer, UserConsumer


def silent(message):
    pass


def denies(message):
    raise DenyConnection()


@apply_routes(
    [
        MembersConsumer.as_route(path="^/members/$"),
        UserConsumer.as_route(path="^/users/$"),
        route("websocket.connect", silent, path="^/silent/$"),
        route("websocket.connect", denies, path="^/denied/$"),
    ]
)
class RejectionTests(ChannelTestCase):
    def connect(self, path, **kwargs):
        client = WSClient()
        client.send_and_consume("websocket.connect", path=path, **kwargs)
        return client

    def test_by_its_exact_text(self):
        with self.assertRaises(AssertionError) as raised:
            self.connect("/members/")
        self.assertEqual(
            str(raised.exception), "Connection rejected: {'accept': False} != '{accept: True}'"
        )

    def test_by_the_exact_text_of_a_close(self):
        with self.assertRaises(AssertionError) as raised:
            self.connect("/users/")
        self.assertEqual(
            str(raised.exception), "Connection rejected: {'close': True} != '{accept: True}'"
        )

    def test_no_answer(self):
        with self.assertRaises(AssertionError) as raised:
            self.connect("/silent/")
        self.assertEqual(str(raised.exception), "Connection rejected: None != '{accept: True}'")

    def test_a_regular_expression(self):
        with self.assertRaisesRegex(AssertionError, "^Connection rejected"):
            self.connect("/members/")

    def test_check_accept_false(self):
        client = self.connect("/members/", check_accept=False)
        self.assertEqual(client.receive(), {"accept": False})
        self.assertIsNone(client.receive())

    def test_check_accept_false_and_a_close(self):
        client = self.connect("/users/", check_accept=False)
        self.assertEqual(client.receive(json=False), {"close": True})

    def test_check_accept_false_lets_an_accept_through(self):
        client = self.connect("/members/?token=secret", check_accept=False)
        self.assertEqual(client.receive(), {"accept": True})

    def test_the_answer_is_consumed_by_the_check(self):
        client = WSClient()
        with self.assertRaises(AssertionError):
            client.send_and_consume("websocket.connect", path="/members/")
        self.assertIsNone(client.receive())

    def test_deny_connection_reaches_the_test(self):
        with self.assertRaises(DenyConnection):
            self.connect("/denied/")
