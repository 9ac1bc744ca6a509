"""Testing data binding with WSClient, outbound and inbound."""

from channels import route
from channels.binding.base import CREATE, DELETE, UPDATE
from channels.test import ChannelTestCase, WSClient, apply_routes

from tests.bindings import listen
from tests.values.models import IntegerValue

from .consumers import Demultiplexer, IntegerValueBinding


class OutboundTests(ChannelTestCase):
    def setUp(self):
        listen(self, IntegerValueBinding)

    def test_outbound_create(self):
        # We use WSClient because of json encoding messages
        client = WSClient()
        client.join_group("intval-updates")  # join outbound binding

        # create target entity
        value = IntegerValue.objects.create(name="fifty", value=50)

        received = client.receive()  # receive outbound binding message
        self.assertIsNotNone(received)

        self.assertTrue("payload" in received)
        self.assertTrue("action" in received["payload"])
        self.assertTrue("data" in received["payload"])
        self.assertTrue("name" in received["payload"]["data"])
        self.assertTrue("value" in received["payload"]["data"])

        self.assertEqual(received["payload"]["action"], "create")
        self.assertEqual(received["payload"]["model"], "values.integervalue")
        self.assertEqual(received["payload"]["pk"], value.pk)

        self.assertEqual(received["payload"]["data"]["name"], "fifty")
        self.assertEqual(received["payload"]["data"]["value"], 50)

        # assert that is nothing to receive
        self.assertIsNone(client.receive())


class InboundTests(ChannelTestCase):
    def test_inbound_create(self):
        # check that initial state is empty
        self.assertEqual(IntegerValue.objects.all().count(), 0)

        with apply_routes(
            [
                Demultiplexer.as_route(path="/"),
                route("binding.intval", IntegerValueBinding.consumer),
            ]
        ):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/")
            client.send_and_consume(
                "websocket.receive",
                path="/",
                text={
                    "stream": "intval",
                    "payload": {"action": CREATE, "data": {"name": "one", "value": 1}},
                },
            )
            # our Demultiplexer route message to the inbound consumer,
            # so we need to call this consumer
            client.consume("binding.intval", fail_on_none=False)

        self.assertEqual(IntegerValue.objects.all().count(), 1)
        value = IntegerValue.objects.all().first()
        self.assertEqual(value.name, "one")
        self.assertEqual(value.value, 1)

    def test_inbound_update_and_delete(self):
        value = IntegerValue.objects.create(name="one", value=1)

        with apply_routes([Demultiplexer.as_route(path="/")]):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/")
            client.send_and_consume(
                "websocket.receive",
                path="/",
                text={
                    "stream": "intval",
                    "payload": {"action": UPDATE, "pk": value.pk, "data": {"value": 2}},
                },
            )
            value.refresh_from_db()
            self.assertEqual((value.name, value.value), ("one", 2))

            client.send_and_consume(
                "websocket.receive",
                path="/",
                text={
                    "stream": "intval",
                    "payload": {"action": DELETE, "pk": value.pk},
                },
            )
        self.assertFalse(IntegerValue.objects.exists())
        self.assertIsNone(client.receive())
