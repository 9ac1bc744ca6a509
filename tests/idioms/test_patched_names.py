"""Names of ``channels.test`` that suites patch, where 1.1.8 looked them up."""

from unittest import mock

import channels.test.base
import channels.test.websocket
from asgiref.inmemory import ChannelLayer
from channels import channel_layers
from channels.test import ChannelTestCase, HttpClient, WSClient
from django.conf import settings


class Roomy(ChannelLayer):
    def __init__(self):
        super().__init__(capacity=100)


class PatchedNamesTests(ChannelTestCase):
    def cookie(self, client):
        return client.get_cookies()[settings.SESSION_COOKIE_NAME]

    def test_session_for_reply_channel(self):
        session = mock.Mock(session_key="mocked")
        name = "channels.test.websocket.session_for_reply_channel"
        with mock.patch(name, return_value=session) as made:
            client = WSClient()
            self.assertEqual(self.cookie(client), "mocked")
            made.assert_called_once_with(client.reply_channel)
        self.assertNotEqual(self.cookie(WSClient()), "mocked")

    def test_the_session_as_a_property(self):
        with mock.patch.object(WSClient, "session", new_callable=mock.PropertyMock) as session:
            session.return_value.session_key = "mocked"
            self.assertEqual(self.cookie(HttpClient()), "mocked")

    def test_the_session_of_a_subclass(self):
        class Client(WSClient):
            session = mock.Mock(session_key="of the subclass")

        self.assertEqual(self.cookie(Client()), "of the subclass")

    def test_names_that_are_imported_from_there(self):
        for name in ("include", "close_old_connections", "Group", "Message", "Router", "random"):
            self.assertTrue(hasattr(channels.test.base, name), name)
        for name in ("apps", "settings", "json_module", "copy", "session_for_reply_channel"):
            self.assertTrue(hasattr(channels.test.websocket, name), name)


class PatchedLayerTests(ChannelTestCase):
    def __call__(self, result=None):
        with mock.patch.object(channels.test.base, "InMemoryChannelLayer", Roomy):
            super().__call__(result)

    def test_its_layer_is_used(self):
        self.assertEqual(channel_layers["default"].capacity, 100)
        self.assertIsInstance(channel_layers["default"].channel_layer, Roomy)
