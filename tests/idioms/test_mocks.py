"""Mocks: patched names, consumers without their constructor, messages that are none."""

from unittest import mock

from channels import Channel, Group, route
from channels.binding.websockets import WebsocketBinding
from channels.generic.websockets import WebsocketDemultiplexer
from channels.test import ChannelTestCase, WSClient, apply_routes
from django.test import SimpleTestCase

from tests.bindings import quiet
from tests.values.models import IntegerValue

from .app import consumers


@quiet
class GuardedBinding(WebsocketBinding):
    model = IntegerValue
    stream = "guarded"
    fields = ["name"]

    @classmethod
    def group_names(cls, instance):
        return []

    def has_permission(self, user, action, pk):
        return False


class Demultiplexer(WebsocketDemultiplexer):
    consumers = {"guarded": GuardedBinding.consumer}


class DictMessage(dict):
    """A dict that passes for a message."""

    @property
    def content(self):
        return self

    @property
    def reply_channel(self):
        return Channel(self["reply_channel"])


@apply_routes(
    [
        consumers.MembersConsumer.as_route(path="^/members/$"),
        route("websocket.connect", consumers.ws_connect),
        route("websocket.disconnect", consumers.ws_disconnect),
    ]
)
class PatchedNameTests(ChannelTestCase):
    @mock.patch("tests.idioms.app.consumers.close_session")
    def test_a_function_that_a_consumer_calls(self, close_session):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/attic/")
        client.send_and_consume("websocket.disconnect", path="/attic/")
        close_session.assert_called_once_with("attic")
        self.assertIsNone(self.get_next_message("bookkeeping"))

    @mock.patch("tests.idioms.app.consumers.close_session", side_effect=RuntimeError("no"))
    def test_an_error_from_a_consumer_reaches_the_test(self, close_session):
        with self.assertRaisesMessage(RuntimeError, "no"):
            WSClient().send_and_consume("websocket.disconnect", path="/members/")

    def test_a_method(self):
        with mock.patch.object(consumers.MembersConsumer, "allowed", return_value=True) as allowed:
            WSClient().send_and_consume("websocket.connect", path="/members/")
        self.assertEqual(allowed.call_count, 1)

    @mock.patch("tests.idioms.app.consumers.Group")
    def test_a_class_of_channels_in_the_consumers_module(self, group):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/attic/")
        group.assert_called_once_with("room-attic")
        self.assertEqual(group.return_value.add.call_args[0][0].name, client.reply_channel)

    def test_a_method_of_a_class_of_channels(self):
        with mock.patch.object(Group, "send") as send:
            Group("g").send({"text": "x"})
        send.assert_called_once_with({"text": "x"})
        with mock.patch("channels.channel.Channel.send") as send:
            Channel("c").send({"text": "x"})
        send.assert_called_once_with({"text": "x"})
        self.assertIsNone(self.get_next_message("c"))


class BareInstanceTests(SimpleTestCase):
    """No layer, no dispatch: methods alone."""

    @mock.patch.object(consumers.UserConsumer, "__init__", return_value=None)
    def test_methods_of_a_bare_instance(self, init):
        consumer = consumers.UserConsumer()
        consumer.message = mock.Mock()
        consumer.message.user.username = "ada"
        consumer.send = mock.Mock()
        consumer.receive({"n": 1})
        consumer.send.assert_called_once_with({"user": "ada", "echo": {"n": 1}})

    @mock.patch.object(consumers.MembersConsumer, "__init__", return_value=None)
    def test_a_message_argument(self, init):
        consumer = consumers.MembersConsumer()
        self.assertTrue(consumer.allowed({"query_string": "token=secret"}))
        self.assertFalse(consumer.allowed({}))
        self.assertEqual(consumer.connection_groups(), ["members"])

    @mock.patch.object(consumers.UserConsumer, "__init__", return_value=None)
    def test_the_inherited_send_and_close(self, init):
        consumer = consumers.UserConsumer()
        consumer.message = mock.Mock()
        consumer.send({"a": 1})
        consumer.close()
        self.assertEqual(
            consumer.message.reply_channel.send.mock_calls,
            [mock.call({"text": '{"a": 1}'}), mock.call({"close": True})],
        )


class StandInMessageTests(ChannelTestCase):
    def test_a_mock_for_a_function(self):
        message = mock.Mock()
        consumers.ws_accept(message)
        message.reply_channel.send.assert_called_once_with({"accept": True})

    def test_a_mock_with_content(self):
        message = mock.MagicMock(content={"text": "hello"})
        consumers.ws_echo(message)
        message.reply_channel.send.assert_called_once_with({"text": "hello"})

    def test_a_mock_for_a_class(self):
        message = mock.MagicMock()
        message.channel.name = "setup"
        consumer = consumers.SetupConsumer(message, door="left")
        self.assertIs(consumer.message, message)
        message.reply_channel.send.assert_called_once_with(
            {"ready": message["name"], "kwargs": {"door": "left"}}
        )

    def test_a_mock_for_a_websocket_class(self):
        message = mock.MagicMock()
        message.channel.name = "websocket.connect"
        message.reply_channel.name = message.reply_channel = "test-channel"
        message.channel_layer = Group("").channel_layer
        with mock.patch.object(consumers.MembersConsumer, "connect") as connect:
            consumers.MembersConsumer(message)
        connect.assert_called_once_with(message)
        self.assertEqual(list(Group("").channel_layer.group_channels("members")), ["test-channel"])

    def test_a_dict(self):
        consumers.ws_echo(DictMessage(text="hello", reply_channel="reply"))
        self.assertEqual(self.get_next_message("reply").content, {"text": "hello"})
        consumers.chat_receive(DictMessage(message="hi", reply_channel="reply"))
        self.assertEqual(self.get_next_message("reply")["text"], '{"said": "HI"}')

    def test_sessions_want_a_real_message(self):
        with self.assertRaisesMessage(
            ValueError, "channel_session called without Message instance"
        ):
            consumers.ws_receive(DictMessage(text="{}", reply_channel="reply"))


@apply_routes([Demultiplexer.as_route()])
class PatchedPermissionTests(ChannelTestCase):
    def create(self):
        client = WSClient()
        client.send_and_consume("websocket.connect")
        payload = {"action": "create", "data": {"name": "one", "value": 1}}
        client.send_and_consume("websocket.receive", text={"stream": "guarded", "payload": payload})

    def test_refused(self):
        self.create()
        self.assertFalse(IntegerValue.objects.exists())

    def test_allowed(self):
        with mock.patch.object(
            GuardedBinding, "has_permission", return_value=True
        ) as has_permission:
            self.create()
        self.assertTrue(IntegerValue.objects.exists())
        (user, action, pk), _ = has_permission.call_args
        self.assertTrue(user.is_anonymous)
        self.assertEqual((action, pk), ("create", None))
