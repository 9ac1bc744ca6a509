"""Where a chat's consumers keep what is said."""

from __future__ import annotations

from typing import NamedTuple

from tests.values.models import IntegerValue


class Message(NamedTuple):
    """What was kept."""

    id: int
    content: str


async def save_message(content: str) -> Message:
    """Keep a message."""
    value = await IntegerValue.objects.acreate(name=content)
    return Message(value.pk, value.name)
