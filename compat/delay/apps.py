"""The Django app of ``channels.delay``."""

from __future__ import annotations

from django.apps import AppConfig


class DelayConfig(AppConfig):
    """The app that 1.x projects install as ``"channels.delay"``.

    Its label in Channels 1 was ``channels.delay`` too, which Django refuses today: labels have
    to be identifiers.
    """

    name = "channels.delay"
    label = "channels_delay"
    verbose_name = "Channels Delay"
    default_auto_field = "django.db.models.AutoField"
