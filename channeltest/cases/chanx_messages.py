"""Messages as chanx has them: objects with an action, which become JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

# With these a consumer says that it has dealt with a message, a group's or an event.
COMPLETE = "complete"
GROUP_COMPLETE = "group_complete"
_COMPLETIONS = (COMPLETE, GROUP_COMPLETE, "event_complete")


def as_text(message: Any) -> str:
    """Return a message as the JSON that goes over a websocket.

    Args:
        message: A pydantic model, an instance of a dataclass, or a mapping. What JSON has no
            words for is written as Django writes it: dates, decimals, UUIDs.

    Raises:
        TypeError: It is none of them.
    """
    return json.dumps(_content(message), cls=DjangoJSONEncoder)


def action_of(message: Any) -> str | None:
    """Return a message's action, under the key of ``CHANX = {"MESSAGE_ACTION_KEY": …}``."""
    if not isinstance(message, Mapping):
        return None
    key = getattr(settings, "CHANX", {}).get("MESSAGE_ACTION_KEY", "action")
    return message.get(key)


def is_completion(message: Any) -> bool:
    """Whether a message only says that others are complete."""
    return action_of(message) in _COMPLETIONS and not message.get("payload")


def _content(message: Any) -> Any:
    if isinstance(message, Mapping):
        return dict(message)
    if dataclasses.is_dataclass(message) and not isinstance(message, type):
        return dataclasses.asdict(message)
    # pydantic need not be installed: its models are known by their methods, 2's and 1's.
    for name in ("model_dump", "dict"):
        dump = getattr(message, name, None)
        if callable(dump) and not isinstance(message, type):
            return dump()
    raise TypeError(
        "send_message() takes a pydantic model, an instance of a dataclass or a dict, not "
        f"{message!r:.80}"
    )
