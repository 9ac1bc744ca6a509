"""Application code that names layers, their exceptions and subclasses of Group."""

from unittest import mock

from channels import Channel, Group, channel_layers, route
from channels.asgi import get_channel_layer
from channels.message import pending_message_store
from channels.test import ChannelTestCase, Client, WSClient, apply_routes


def send_or_drop(name, content):
    """Send at once; tell whether there was room."""
    try:
        Channel(name).send(content, immediately=True)
    except get_channel_layer().ChannelFull:
        return False
    return True


def fan_out(message):
    sent = sum(send_or_drop("narrow", {"n": n}) for n in range(message["count"]))
    message.reply_channel.send({"sent": sent})


class UserGroup(Group):
    """The group of one user's connections."""

    def __init__(self, user, **kwargs):
        self.user = user
        super().__init__(f"user-{user}", **kwargs)

    def send(self, content, immediately=False):
        super().send(dict(content, user=self.user), immediately=immediately)

    def members(self):
        return self.channel_layer.group_channels(self.name)


class UserConsumerMixin:
    def raw_connect(self, message, **kwargs):
        UserGroup("ada").add(message.reply_channel)


class ChannelFullTests(ChannelTestCase):
    def test_the_eleventh_message(self):
        self.assertTrue(all(send_or_drop("narrow", {"n": n}) for n in range(10)))
        self.assertFalse(send_or_drop("narrow", {"n": 10}))
        self.assertEqual(self.get_next_message("narrow")["n"], 0)
        self.assertTrue(send_or_drop("narrow", {"n": 11}))

    @apply_routes([route("fan", fan_out)])
    def test_in_a_consumer(self):
        client = Client()
        client.send_and_consume("fan", {"count": 12})
        self.assertEqual(client.receive(), {"sent": 10})

    def test_the_exception_of_every_face(self):
        layer = channel_layers["default"]
        for _ in range(10):
            Channel("narrow").send({})
        for exception in (
            layer.ChannelFull,
            layer.channel_layer.ChannelFull,
            Client().channel_layer.ChannelFull,
            get_channel_layer().ChannelFull,
        ):
            with self.assertRaises(exception):
                Channel("narrow").send({})

    def test_a_group_drops_what_finds_no_room(self):
        Group("g").add("narrow")
        for n in range(11):
            Group("g").send({"n": n})
        received = [self.get_next_message("narrow") for _ in range(11)]
        self.assertEqual([m["n"] for m in received[:10]], list(range(10)))
        self.assertIsNone(received[10])

    def test_a_mocked_full_channel(self):
        layer = get_channel_layer()
        with mock.patch.object(layer, "send", side_effect=layer.ChannelFull("narrow")):
            self.assertFalse(send_or_drop("narrow", {}))

    def test_message_too_large_is_there(self):
        self.assertTrue(issubclass(get_channel_layer().MessageTooLarge, Exception))


class RedisImportTests(ChannelTestCase):
    """Code that imports the layer of production to name its exceptions or to extend it."""

    def setUp(self):
        from asgi_redis import RedisChannelLayer

        self.layer_class = RedisChannelLayer

    def test_its_exceptions_can_be_named(self):
        self.assertTrue(issubclass(self.layer_class.ChannelFull, Exception))
        self.assertTrue(issubclass(self.layer_class.MessageTooLarge, Exception))

    def test_its_exceptions_can_be_caught(self):
        try:
            Channel("roomy").send({})
        except (self.layer_class.ChannelFull, self.layer_class.MessageTooLarge):
            self.fail("There is room")

    def test_the_captive_layer_is_none(self):
        self.assertNotIsInstance(get_channel_layer(), self.layer_class)

    def test_it_can_be_subclassed(self):
        class TracingLayer(self.layer_class):
            def send(self, channel, message):
                raise NotImplementedError

        self.assertTrue(issubclass(TracingLayer, self.layer_class))


class GroupSubclassTests(ChannelTestCase):
    def test_members_and_messages(self):
        client = WSClient()
        UserGroup("ada").add(Channel(client.reply_channel))
        self.assertEqual(list(UserGroup("ada").members()), [client.reply_channel])
        UserGroup("ada").send({"text": '"hi"'})
        self.assertIsNone(WSClient().receive())
        message = self.get_next_message(client.reply_channel)
        self.assertEqual(message.content, {"text": '"hi"', "user": "ada"})
        UserGroup("ada").discard(client.reply_channel)
        self.assertFalse(UserGroup("ada").members())

    def test_another_layer(self):
        self.assertIs(
            UserGroup("ada", channel_layer=get_channel_layer()).channel_layer, get_channel_layer()
        )

    def test_sends_in_a_consumer_wait_for_its_end(self):
        def consumer(message):
            UserGroup("ada").send({"text": "x"})
            self.assertTrue(pending_message_store.active)
            self.assertIsNone(self.get_next_message("c"))

        UserGroup("ada").add("c")
        with apply_routes([route("x", consumer)]):
            Client().send_and_consume("x")
        # The pending send goes through the subclass again.
        self.assertEqual(self.get_next_message("c").content, {"text": "x", "user": "ada"})
