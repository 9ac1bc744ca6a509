"""chanx's names. Its communicators ask for a consumer of chanx's; most features have none."""

from __future__ import annotations

from typing import Any

from chanx.channels import testing
from chanx.core.testing import capture_broadcast_events as capture_broadcast_events


class WebsocketCommunicator(testing.DjangoWebsocketCommunicator):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("consumer", None)
        super().__init__(*args, **kwargs)


class WebsocketTestCase(testing.WebsocketTestCase):
    consumer = None
