"""``consumer_finished`` sent by the test, so that what is pending goes out."""

from channels import Channel, Group
from channels.binding.websockets import WebsocketBinding
from channels.signals import consumer_finished, consumer_started
from channels.test import ChannelTestCase, WSClient

from tests.bindings import listen, quiet
from tests.values.models import IntegerValue


@quiet
class FinishedBinding(WebsocketBinding):
    model = IntegerValue
    stream = "finished"
    fields = ["name"]

    @classmethod
    def group_names(cls, instance):
        return ["finished-updates"]


class ConsumerFinishedTests(ChannelTestCase):
    def setUp(self):
        self.client = WSClient()
        self.client.join_group("finished-updates")

    def test_after_a_save(self):
        listen(self, FinishedBinding)
        IntegerValue.objects.create(name="one")
        consumer_finished.send(sender=None)
        self.assertEqual(self.client.receive()["payload"]["data"], {"name": "one"})
        self.assertIsNone(self.client.receive())

    def test_after_a_send(self):
        Group("finished-updates").send({"text": "{}"})
        consumer_finished.send(sender=None)
        self.assertEqual(self.client.receive(), {})

    def test_more_than_once(self):
        consumer_finished.send(sender=None)
        consumer_finished.send(sender=None)
        Channel("elsewhere").send({"text": "x"})
        self.assertIsNotNone(self.get_next_message("elsewhere"))

    def test_the_database_stays_open(self):
        value = IntegerValue.objects.create(name="one")
        consumer_finished.send(sender=None)
        value.refresh_from_db()
        self.assertEqual(value.name, "one")


class ConsumerStartedTests(ChannelTestCase):
    def test_sends_wait_from_started_to_finished(self):
        consumer_started.send(sender=None)
        Channel("elsewhere").send({"text": "x"})
        self.assertIsNone(self.get_next_message("elsewhere"))
        Channel("elsewhere").send({"text": "now"}, immediately=True)
        self.assertEqual(self.get_next_message("elsewhere")["text"], "now")
        consumer_finished.send(sender=None)
        self.assertEqual(self.get_next_message("elsewhere")["text"], "x")
