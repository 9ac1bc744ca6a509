"""The messages that wait for their time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from channels import DEFAULT_CHANNEL_LAYER
from django.db import models
from django.utils import timezone

from ..asgi import channel_layers
from ..channel import Channel

if TYPE_CHECKING:
    from ..base_layer import BaseChannelLayer


class DelayedMessageQuerySet(models.QuerySet["DelayedMessage"]):
    """Delayed messages; source: Channels 1.1.8."""

    def is_due(self) -> DelayedMessageQuerySet:
        """Return the messages whose time has come."""
        return self.filter(due_date__lte=timezone.now())


class DelayedMessage(models.Model):
    """A message that is to be sent at ``due_date``.

    Attributes:
        due_date: When to send it.
        channel_name: The channel to send it on.
        content: Its content as JSON.

    Source: Channels 1.1.8, whose table it uses.
    """

    due_date = models.DateTimeField(db_index=True)
    channel_name = models.CharField(max_length=512)
    content = models.TextField()

    objects = DelayedMessageQuerySet.as_manager()

    class Meta:
        """Where Channels 1 kept the rows: its app's label was ``channels.delay``."""

        app_label = "channels_delay"
        db_table = "channels.delay_delayedmessage"

    @property
    def delay(self) -> int:
        """Milliseconds from now to the due date, as last assigned; assigning sets the date."""
        return self._delay

    @delay.setter
    def delay(self, milliseconds: int) -> None:
        self._delay = milliseconds
        self.due_date = timezone.now() + timedelta(milliseconds=milliseconds)

    def send(
        self, channel_layer: BaseChannelLayer | None = None, requeue_delay: int = 1000
    ) -> None:
        """Send the message and delete the row.

        Args:
            channel_layer: The layer to send over instead of the default one.
            requeue_delay: Milliseconds by which the message is put off when its channel is
                full.
        """
        content = json.loads(self.content)
        layer = channel_layer or channel_layers[DEFAULT_CHANNEL_LAYER]
        channel = Channel(self.channel_name, channel_layer=layer)
        if _is_sent(channel, content):
            self.delete()
        else:
            self.delay = requeue_delay
            self.save()


def _is_sent(channel: Channel, content: dict[str, Any]) -> bool:
    try:
        channel.send(content, immediately=True)
    except channel.channel_layer.ChannelFull:
        return False
    return True
