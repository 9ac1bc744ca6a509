"""Saves, REST calls and signal handlers send to channels that the database names."""

from channels import Channel, route
from channels.test import ChannelTestCase, WSClient, apply_routes
from django.db.models.signals import post_save
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from tests.values.models import Tagged


def remember(message):
    """Keep the name of the reply channel in the database, as a device registry does."""
    Tagged.objects.create(name=str(message.reply_channel))
    message.reply_channel.send({"accept": True})


def forget(message):
    Tagged.objects.filter(name=message.reply_channel).delete()


def notify(sender, instance, created, **kwargs):
    if not created:
        Channel(instance.name).send({"text": "saved"})


class NotifyView(APIView):
    authentication_classes = ()
    permission_classes = ()

    def post(self, request, pk):
        Channel(Tagged.objects.get(pk=pk).name).send({"text": request.data["message"]})
        return Response({"sent": True})


@apply_routes(
    [
        route("websocket.connect", remember),
        route("websocket.disconnect", forget),
    ]
)
class SendsFromModelsTests(ChannelTestCase):
    def setUp(self):
        self.client = WSClient()
        self.client.send_and_consume("websocket.connect")
        self.tagged = Tagged.objects.get()

    def test_the_name_of_a_channel(self):
        self.assertEqual(self.tagged.name, self.client.reply_channel)
        self.assertEqual(str(Channel("some.name")), "some.name")

    def test_a_send_in_the_test(self):
        Channel(self.tagged.name).send({"text": "hello"})
        self.assertEqual(self.client.receive(json=False), "hello")

    def test_a_save_with_a_signal_handler(self):
        post_save.connect(notify, sender=Tagged)
        self.addCleanup(post_save.disconnect, notify, sender=Tagged)
        self.tagged.save()
        self.assertEqual(self.client.receive(json=False), "saved")

    def test_a_rest_call(self):
        request = APIRequestFactory().post("/", {"message": "ring"}, format="json")
        response = NotifyView.as_view()(request, pk=self.tagged.pk)
        self.assertEqual(response.data, {"sent": True})
        self.assertEqual(self.client.receive(json=False), "ring")

    def test_a_channel_in_a_query(self):
        other = WSClient()
        other.send_and_consume("websocket.connect")
        self.client.send_and_consume("websocket.disconnect")
        self.assertEqual([t.name for t in Tagged.objects.all()], [other.reply_channel])

    def test_a_name_that_nobody_reads(self):
        Tagged.objects.create(name="device.7")
        Channel("device.7").send({"text": "hello"})
        self.assertIsNone(self.client.receive())
        self.assertEqual(self.get_next_message("device.7")["text"], "hello")
