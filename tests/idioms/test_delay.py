"""Messages for later: ``asgi.delay`` and the model behind it."""

import json
from datetime import timedelta

from channels import Channel, channel_layers, route
from channels.delay.models import DelayedMessage
from channels.delay.worker import Worker
from channels.test import ChannelTestCase, Client, apply_routes
from django.contrib.admin import AdminSite, ModelAdmin
from django.test import RequestFactory
from django.utils import timezone

REMINDER = {"channel": "remind", "content": {"text": "tea"}, "delay": 5 * 60 * 1000}


def order_tea(message):
    """Ask for a reminder, at once, from within a consumer."""
    Channel("asgi.delay").send(REMINDER, immediately=True)


class OneRound(Worker):
    """A worker that ends after one look at its channel."""

    def __init__(self, *args, **kwargs):
        self.looks = 0
        super().__init__(*args, **kwargs)

    @property
    def termed(self):
        self.looks += 1
        return self.looks > 1

    @termed.setter
    def termed(self, value):
        pass


def delayed(**kwargs):
    message = DelayedMessage(channel_name="remind", content='{"text": "tea"}', **kwargs)
    message.save()
    return message


class SendingTests(ChannelTestCase):
    def test_the_message_waits_on_its_channel(self):
        Channel("asgi.delay").send(REMINDER, immediately=True)
        self.assertEqual(self.get_next_message("asgi.delay", require=True).content, REMINDER)
        self.assertIsNone(self.get_next_message("remind"))

    @apply_routes([route("tea", order_tea)])
    def test_from_a_consumer(self):
        Client().send_and_consume("tea")
        message = self.get_next_message("asgi.delay", require=True)
        self.assertEqual(message["channel"], "remind")
        self.assertEqual(message["content"], {"text": "tea"})
        self.assertEqual(message["delay"], 300000)

    def test_nothing_is_stored_before_a_worker_runs(self):
        Channel("asgi.delay").send(REMINDER, immediately=True)
        self.assertFalse(DelayedMessage.objects.exists())

    def test_a_worker_stores_it(self):
        Channel("asgi.delay").send(REMINDER, immediately=True)
        OneRound(channel_layers["default"], signal_handlers=False).run()
        message = DelayedMessage.objects.get(channel_name="remind")
        self.assertEqual(json.loads(message.content), {"text": "tea"})
        self.assertAlmostEqual(
            message.due_date, timezone.now() + timedelta(minutes=5), delta=timedelta(minutes=1)
        )


class ModelTests(ChannelTestCase):
    def test_a_delay_in_milliseconds(self):
        message = delayed(delay=60000)
        self.assertEqual(message.delay, 60000)
        self.assertGreater(message.due_date, timezone.now() + timedelta(seconds=50))

    def test_due_messages(self):
        due = delayed(due_date=timezone.now() - timedelta(seconds=1))
        delayed(delay=60000)
        self.assertEqual(list(DelayedMessage.objects.is_due()), [due])
        self.assertEqual(DelayedMessage.objects.filter(channel_name="remind").is_due().count(), 1)
        self.assertEqual(DelayedMessage.objects.count(), 2)

    def test_send(self):
        delayed(due_date=timezone.now()).send()
        self.assertEqual(self.get_next_message("remind", require=True).content, {"text": "tea"})
        self.assertFalse(DelayedMessage.objects.exists())

    def test_send_to_a_full_channel(self):
        for _ in range(10):
            Channel("remind").send({"text": "x"})
        message = delayed(due_date=timezone.now())
        message.send(requeue_delay=60000)
        self.assertEqual(DelayedMessage.objects.get(), message)
        self.assertFalse(DelayedMessage.objects.is_due().exists())


class AdminTests(ChannelTestCase):
    def test_in_the_admin(self):
        class DelayedMessageAdmin(ModelAdmin):
            list_display = ("channel_name", "due_date")
            search_fields = ("channel_name",)

        site = AdminSite()
        site.register(DelayedMessage, DelayedMessageAdmin)
        self.assertTrue(site.is_registered(DelayedMessage))
        message = delayed(delay=60000)
        admin = DelayedMessageAdmin(DelayedMessage, site)
        queryset = admin.get_queryset(RequestFactory().get("/"))
        self.assertEqual(list(queryset), [message])
        found, _ = admin.get_search_results(RequestFactory().get("/"), queryset, "remind")
        self.assertEqual(list(found), [message])
