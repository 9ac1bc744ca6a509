"""Content that no wire could carry reaches the consumer as it was sent."""

import datetime
import decimal

import pytest
from channels import Channel, Group, route
from channels.test import ChannelTestCase, Client, WSClient, apply_routes

from tests.values.models import IntegerValue

# A captive layer warns of such content; here it is the point.
pytestmark = pytest.mark.filterwarnings("ignore")


class Money:
    def __init__(self, amount):
        self.amount = amount


def forward(message):
    message.reply_channel.send({"value": message["value"]})


class WirelessContentTests(ChannelTestCase):
    def test_model_instances(self):
        value = IntegerValue.objects.create(name="seven", value=7)
        Channel("values").send({"instance": value})
        instance = self.get_next_message("values")["instance"]
        self.assertEqual(instance, value)
        self.assertEqual(instance.value, 7)
        self.assertIsNot(instance, value)

    def test_unsaved_instances_and_querysets(self):
        IntegerValue.objects.create(name="seven", value=7)
        Channel("values").send({"new": IntegerValue(name="new"), "all": IntegerValue.objects.all()})
        message = self.get_next_message("values")
        self.assertEqual(message["new"].name, "new")
        self.assertEqual([value.name for value in message["all"]], ["seven"])

    def test_instances_of_any_class(self):
        Channel("values").send({"money": Money(decimal.Decimal("1.50"))})
        self.assertEqual(self.get_next_message("values")["money"].amount, decimal.Decimal("1.5"))

    def test_tuples_sets_and_dates(self):
        content = {
            "pair": (1, 2),
            "nested": [{"pair": ("a", ("b",))}],
            "set": {1, 2},
            "date": datetime.date(2017, 1, 2),
            7: "a number for a key",
        }
        Channel("values").send(content)
        received = self.get_next_message("values").content
        self.assertEqual(received, content)
        self.assertIsInstance(received["pair"], tuple)
        self.assertIsInstance(received["nested"][0]["pair"][1], tuple)

    def test_what_the_wire_can_carry_is_copied_too(self):
        content = {"list": [1, 2]}
        Channel("values").send(content)
        content["list"].append(3)
        self.assertEqual(self.get_next_message("values").content, {"list": [1, 2]})

    @apply_routes([route("values", forward)])
    def test_through_a_client_and_a_consumer(self):
        value = IntegerValue.objects.create(name="seven", value=7)
        client = Client()
        client.send_and_consume("values", {"value": value})
        self.assertEqual(client.receive(), {"value": value})
        client.send_and_consume("values", {"value": (1, "a")})
        self.assertEqual(client.receive(), {"value": (1, "a")})

    def test_through_a_group(self):
        clients = [WSClient(), WSClient()]
        for client in clients:
            client.join_group("g")
        Group("g").send({"pair": (1, 2)})
        self.assertEqual([client.receive() for client in clients], [{"pair": (1, 2)}] * 2)


class TextTests(ChannelTestCase):
    def setUp(self):
        self.client = WSClient()
        self.client.join_group("g")

    def test_a_dict_under_text(self):
        Group("g").send({"text": {"number": 1}})
        self.assertEqual(self.client.receive(), {"number": 1})
        Group("g").send({"text": {"number": 1}})
        self.assertEqual(self.client.receive(json=False), {"number": 1})

    def test_a_list_or_number_under_text(self):
        Group("g").send({"text": [1, 2]})
        self.assertEqual(self.client.receive(), [1, 2])
        Group("g").send({"text": 7})
        self.assertEqual(self.client.receive(), 7)

    def test_messages_without_text(self):
        Group("g").send({"close": True})
        self.assertEqual(self.client.receive(), {"close": True})
        Group("g").send({"bytes": b"\x00\x01"})
        self.assertEqual(self.client.receive(), {"bytes": b"\x00\x01"})
        Group("g").send({"status": 200, "content": b"ok"})
        self.assertEqual(self.client.receive(json=False), {"status": 200, "content": b"ok"})

    def test_an_empty_message(self):
        Group("g").send({})
        self.assertIsNone(self.client.receive())

    def test_text_that_is_no_json(self):
        Group("g").send({"text": "plain"})
        with self.assertRaises(ValueError):
            self.client.receive()
