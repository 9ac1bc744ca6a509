from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from typing import Any
from unittest import mock

import pytest
from channeltest.compat.asgi import channel_layers
from channeltest.compat.delay.models import DelayedMessage
from channeltest.compat.inmemory import ChannelLayer
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from ..requesting import wrapped

pytestmark = pytest.mark.django_db


def delayed(**fields: Any) -> DelayedMessage:
    fields = {"channel_name": "test", "content": json.dumps({"a": 1}), "delay": 5000, **fields}
    return DelayedMessage.objects.create(**fields)


def after(milliseconds: int) -> Any:
    """Patch the clock of Django."""
    now = timezone.now() + timedelta(milliseconds=milliseconds)
    return mock.patch("django.utils.timezone.now", return_value=now)


class TestIsDue:
    def test_not_yet(self) -> None:
        delayed(delay=5000)
        assert not DelayedMessage.objects.is_due().exists()

    def test_later(self) -> None:
        message = delayed(delay=5000)
        with after(5001):
            assert list(DelayedMessage.objects.is_due()) == [message]

    def test_at_that_moment(self) -> None:
        with after(0) as now:
            delayed(delay=0)
            assert now.called
            assert DelayedMessage.objects.is_due().count() == 1


class TestSend:
    def test_message(self) -> None:
        layer = wrapped()
        delayed().send(channel_layer=layer)
        assert layer.receive(["test"]) == ("test", {"a": 1})
        assert not DelayedMessage.objects.exists()

    def test_default_layer(self) -> None:
        layer = wrapped()
        old = channel_layers.set("default", layer)
        try:
            delayed().send()
        finally:
            channel_layers.set("default", old)
        assert layer.receive(["test"]) == ("test", {"a": 1})

    def test_full_channel(self) -> None:
        message = delayed(delay=0)
        with after(0):
            message.send(channel_layer=wrapped(ChannelLayer(capacity=0)), requeue_delay=2000)
            assert message.delay == 2000
        message.refresh_from_db()
        assert timezone.now() < message.due_date < timezone.now() + timedelta(seconds=3)


class TestTable:
    def test_is_the_one_of_channels_1(self) -> None:
        assert "channels.delay_delayedmessage" in connection.introspection.table_names()

    def test_migrations_are_complete(self) -> None:
        call_command("makemigrations", "channels_delay", check=True, dry_run=True, verbosity=0)

    def test_rows_of_channels_1_are_kept(self) -> None:
        delayed()
        out = StringIO()
        call_command("migrate", "channels_delay", "zero", fake=True, verbosity=0)
        call_command("migrate", "channels_delay", fake_initial=True, stdout=out)
        assert "FAKED" in out.getvalue()
        assert DelayedMessage.objects.count() == 1

    def test_app(self) -> None:
        assert apps.is_installed("channels.delay")
        assert apps.get_model("channels_delay", "DelayedMessage") is DelayedMessage
        assert apps.get_app_config("channels_delay").verbose_name == "Channels Delay"
