"""Channel layers of Channels 1 that nothing can run today: their names, for what imports them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from ..base_layer import BaseChannelLayer


class RetiredChannelLayer(BaseChannelLayer):
    """A layer whose package cannot be installed any more.

    Its ``ChannelFull`` and other names are those that a layer in its place raises, so code that
    catches them keeps working.

    Raises:
        ImproperlyConfigured: Always, when one is made.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        package = type(self).__module__.rpartition(".")[2]
        raise ImproperlyConfigured(
            f"{package}.{type(self).__name__} does not run on asgiref 3. Set BACKEND to "
            "'asgi_redis.RedisChannelLayer', with the hosts of a Redis in CONFIG (channeltest "
            "runs it on channels_redis), or to 'asgiref.inmemory.ChannelLayer' for tests and "
            "where one process is all."
        )
