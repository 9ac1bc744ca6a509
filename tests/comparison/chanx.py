"""chanx's names. Its communicators have to be told of a consumer of chanx's; here there is none."""

from __future__ import annotations

from typing import Any

from chanx.channels import testing


class WebsocketCommunicator(testing.DjangoWebsocketCommunicator):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("consumer", None)
        super().__init__(*args, **kwargs)


class WebsocketTestCase(testing.WebsocketTestCase):
    consumer = None
