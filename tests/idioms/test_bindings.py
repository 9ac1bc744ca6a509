"""Data bindings: outbound through groups, inbound through a demultiplexer."""

import uuid

from channels.binding.base import CREATE, DELETE, UPDATE
from channels.binding.websockets import WebsocketBinding
from channels.generic.websockets import WebsocketDemultiplexer
from channels.test import ChannelTestCase, WSClient, apply_routes
from rest_framework import serializers

from tests.bindings import listen, quiet
from tests.values.models import IntegerValue, Tagged


class TaggedSerializer(serializers.ModelSerializer):
    class Meta:
        model = Tagged
        fields = ("id", "name")


class Permissive:
    """A binding's mixin: everybody may do everything."""

    def has_permission(self, user, action, pk):
        return True


@quiet
class ValueBinding(Permissive, WebsocketBinding):
    model = IntegerValue
    stream = "values"
    fields = ["name"]

    @classmethod
    def group_names(cls, instance):
        return ["values-updates"]


@quiet
class SizeBinding(Permissive, WebsocketBinding):
    """Sends to one group for all and one for the size of the value."""

    model = IntegerValue
    stream = "sizes"
    fields = ["__all__"]

    @classmethod
    def group_names(cls, instance):
        return ["all-sizes", "big" if instance.value >= 100 else "small"]


@quiet
class TaggedBinding(Permissive, WebsocketBinding):
    model = Tagged
    stream = "tagged"
    fields = TaggedSerializer.Meta.fields

    @classmethod
    def group_names(cls, instance):
        return ["tagged-updates", f"tagged-{instance.pk}"]

    def serialize_data(self, instance):
        return dict(TaggedSerializer(instance).data, shout=instance.name.upper())


class Demultiplexer(WebsocketDemultiplexer):
    consumers = {"values": ValueBinding.consumer, "tagged": TaggedBinding.consumer}


class OutboundTests(ChannelTestCase):
    def setUp(self):
        listen(self, ValueBinding)
        self.client = WSClient()
        self.client.join_group("values-updates")

    def test_create(self):
        value = IntegerValue.objects.create(name="one", value=1)
        self.assertEqual(
            self.client.receive(),
            {
                "stream": "values",
                "payload": {
                    "action": "create",
                    "model": "values.integervalue",
                    "pk": value.pk,
                    "data": {"name": "one"},
                },
            },
        )
        self.assertIsNone(self.client.receive())

    def test_update(self):
        value = IntegerValue.objects.create(name="one")
        self.client.receive()
        value.name = "uno"
        value.save()
        received = self.client.receive()
        self.assertEqual(received["payload"]["action"], "update")
        self.assertEqual(received["payload"]["data"], {"name": "uno"})

    def test_delete(self):
        value = IntegerValue.objects.create(name="one")
        pk = value.pk
        self.client.receive()
        value.delete()
        received = self.client.receive()
        self.assertEqual(received["payload"]["action"], "delete")
        self.assertEqual(received["payload"]["pk"], pk)

    def test_a_bulk_update_sends_nothing(self):
        IntegerValue.objects.create(name="one")
        self.client.receive()
        IntegerValue.objects.update(value=2)
        self.assertIsNone(self.client.receive())

    def test_a_client_that_did_not_join(self):
        IntegerValue.objects.create(name="one")
        self.assertIsNone(WSClient().receive())


class SeveralGroupsTests(ChannelTestCase):
    def setUp(self):
        listen(self, SizeBinding)

    def clients(self, *groups):
        clients = []
        for group in groups:
            clients.append(WSClient())
            clients[-1].join_group(group)
        return clients

    def test_all_fields_to_each_group(self):
        clients = self.clients("all-sizes", "small", "big")
        IntegerValue.objects.create(name="one", value=1)
        everything, small, big = [client.receive() for client in clients]
        self.assertEqual(small["payload"]["data"], {"name": "one", "value": 1})
        self.assertEqual(everything, small)
        self.assertIsNone(big)

    def test_an_instance_that_changes_groups(self):
        value = IntegerValue.objects.create(name="one", value=1)
        clients = self.clients("all-sizes", "small", "big")
        value.value = 100
        value.save()
        everything, small, big = [client.receive() for client in clients]
        # The old groups are those of the instance as it stands before the save: changed already.
        self.assertEqual(everything["payload"]["action"], "update")
        self.assertIsNone(small)
        self.assertEqual(big["payload"]["action"], "update")

    def test_delete_reaches_every_group(self):
        value = IntegerValue.objects.create(name="one", value=1)
        clients = self.clients("all-sizes", "small", "big")
        value.delete()
        everything, small, big = [client.receive() for client in clients]
        self.assertEqual(everything["payload"]["action"], "delete")
        self.assertEqual(small, everything)
        self.assertIsNone(big)


class UUIDTests(ChannelTestCase):
    def setUp(self):
        listen(self, TaggedBinding)
        self.client = WSClient()

    def test_the_key_is_text(self):
        key = uuid.uuid4()
        self.client.join_group(f"tagged-{key}")
        Tagged.objects.create(id=key, name="red")
        payload = self.client.receive()["payload"]
        self.assertEqual(payload["pk"], str(key))
        self.assertEqual(payload["model"], "values.tagged")

    def test_overridden_serialize_data(self):
        self.client.join_group("tagged-updates")
        tagged = Tagged.objects.create(name="red")
        self.assertEqual(
            self.client.receive()["payload"]["data"],
            {"id": str(tagged.pk), "name": "red", "shout": "RED"},
        )


class RegisterTests(ChannelTestCase):
    def test_register_by_hand(self):
        client = WSClient()
        client.join_group("values-updates")
        IntegerValue.objects.create(name="before")
        self.assertIsNone(client.receive())

        ValueBinding.register()
        self.addCleanup(quiet, ValueBinding)
        IntegerValue.objects.create(name="after")
        self.assertEqual(client.receive()["payload"]["data"], {"name": "after"})

    def test_registering_twice_sends_once(self):
        listen(self, ValueBinding, ValueBinding)
        client = WSClient()
        client.join_group("values-updates")
        IntegerValue.objects.create(name="one")
        self.assertIsNotNone(client.receive())
        self.assertIsNone(client.receive())

    def test_a_new_binding_registers_itself(self):
        class NamedBinding(Permissive, WebsocketBinding):
            model = "values.IntegerValue"
            stream = "named"
            fields = ["name"]

            @classmethod
            def group_names(cls, instance):
                return ["named"]

        self.addCleanup(quiet, NamedBinding)
        client = WSClient()
        client.join_group("named")
        IntegerValue.objects.create(name="one")
        self.assertEqual(client.receive()["stream"], "named")


@apply_routes([Demultiplexer.as_route(path="^/live/$")])
class InboundTests(ChannelTestCase):
    def setUp(self):
        self.client = WSClient()
        self.client.send_and_consume("websocket.connect", path="/live/")

    def send(self, stream, **payload):
        self.client.send_and_consume(
            "websocket.receive", path="/live/", text={"stream": stream, "payload": payload}
        )

    def test_create(self):
        self.send("values", action=CREATE, data={"name": "one", "value": 1})
        value = IntegerValue.objects.get()
        self.assertEqual((value.name, value.value), ("one", 1))

    def test_update_of_listed_fields_only(self):
        value = IntegerValue.objects.create(name="one", value=1)
        self.send("values", action=UPDATE, pk=value.pk, data={"name": "uno", "value": 2})
        value.refresh_from_db()
        self.assertEqual((value.name, value.value), ("uno", 1))

    def test_delete(self):
        value = IntegerValue.objects.create(name="one", value=1)
        self.send("values", action=DELETE, pk=value.pk)
        self.assertFalse(IntegerValue.objects.exists())

    def test_uuid_keys(self):
        tagged = Tagged.objects.create(name="red")
        self.send("tagged", action=UPDATE, pk=str(tagged.pk), data={"name": "blue"})
        tagged.refresh_from_db()
        self.assertEqual(tagged.name, "blue")

    def test_an_unknown_stream(self):
        with self.assertRaisesMessage(ValueError, "stream not mapped"):
            self.send("nowhere", action=CREATE, data={})

    def test_there_and_back(self):
        listen(self, ValueBinding)
        self.client.join_group("values-updates")
        self.send("values", action=CREATE, data={"name": "one", "value": 1})
        received = self.client.receive()
        self.assertEqual(received["payload"]["action"], "create")
        self.assertEqual(received["payload"]["data"], {"name": "one"})
