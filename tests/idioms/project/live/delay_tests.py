"""``channels.delay`` among the installed apps, and its model in the admin."""

from channels import Channel
from channels.delay.models import DelayedMessage
from channels.test import ChannelTestCase
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

if not admin.site.is_registered(DelayedMessage):
    admin.site.register(DelayedMessage, list_display=["channel_name", "due_date"])


class DelayTests(ChannelTestCase):
    def test_the_app_is_installed(self):
        self.assertTrue(apps.is_installed("channels.delay"))

    def test_a_message_for_later(self):
        Channel("asgi.delay").send(
            {"channel": "ring", "content": {"times": 1}, "delay": 1000}, immediately=True
        )
        self.assertEqual(self.get_next_message("asgi.delay", require=True)["channel"], "ring")

    def test_the_admin(self):
        DelayedMessage.objects.create(
            due_date=timezone.now(), channel_name="remind-me", content="{}"
        )
        self.client.force_login(User.objects.create_superuser("root", "root@example.com", "x"))
        label = DelayedMessage._meta.app_label
        response = self.client.get(reverse(f"admin:{label}_delayedmessage_changelist"))
        self.assertContains(response, "remind-me")
