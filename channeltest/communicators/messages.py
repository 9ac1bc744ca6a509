"""Messages as chanx has them: objects with an action, which become JSON."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from ..config import has_settings

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True

# The actions of completion messages: after a message, a group's message, an event.
COMPLETE = "complete"
GROUP_COMPLETE = "group_complete"
COMPLETIONS = (COMPLETE, GROUP_COMPLETE, "event_complete")

# Keys of a frame that is addressed to a topic, and the version of such frames.
_ENVELOPE = ("version", "topic", "ref", "seq")
_ENVELOPE_VERSION = 1


def content_of(message: Any) -> dict[str, Any]:
    """Return the content of a message.

    Args:
        message: A pydantic model, an instance of a dataclass, or a mapping.

    Raises:
        TypeError: It is none of them.
    """
    if isinstance(message, Mapping):
        return dict(message)
    if dataclasses.is_dataclass(message) and not isinstance(message, type):
        return dataclasses.asdict(message)
    # pydantic need not be installed: its models are recognised by a method, of 2 or of 1.
    for name in ("model_dump", "dict"):
        dump = getattr(message, name, None)
        if callable(dump) and not isinstance(message, type):
            return dict(dump())
    raise TypeError(
        "send_message() takes a pydantic model, an instance of a dataclass or a dict, not "
        f"{message!r:.80}"
    )


def as_json(content: dict[str, Any], topic: str | None = None, ref: str | None = None) -> str:
    """Return a message's content as the JSON that goes over a websocket.

    Args:
        content: The content. What JSON cannot hold is written as Django writes it: dates,
            decimals, UUIDs.
        topic: The topic that the message is addressed to.
        ref: What the reply repeats.
    """
    if topic is not None:
        content = {**content, "version": _ENVELOPE_VERSION, "topic": topic}
    if ref is not None:
        content = {**content, "ref": ref}
    return json.dumps(content, cls=DjangoJSONEncoder)


def subscription(action: str, topic: str, ref: str) -> dict[str, Any]:
    """Return the message that begins or ends the subscription to a topic."""
    return {"version": _ENVELOPE_VERSION, "topic": topic, "ref": ref, "action": action}


def without_envelope(message: dict[str, Any]) -> dict[str, Any]:
    """Return a topic's message without the keys that address it."""
    return {key: value for key, value in message.items() if key not in _ENVELOPE}


def action_of(message: Any) -> Any:
    """Return a message's action, under the key of ``CHANX = {"MESSAGE_ACTION_KEY": …}``."""
    if not isinstance(message, Mapping):
        return None
    return message.get(chanx_setting("MESSAGE_ACTION_KEY", "action"))


def json_of(event: dict[str, Any] | None) -> Any:
    """Return what the JSON of an application's event stands for; ``None`` if it has none."""
    try:
        return json.loads((event or {}).get("text") or "")
    except ValueError:
        return None


def is_completion(message: Any) -> bool:
    """Whether a message is a completion message: an action, and no payload."""
    return action_of(message) in COMPLETIONS and not message.get("payload")


def chanx_setting(name: str, default: Any) -> Any:
    """Return a setting of chanx, ``CHANX = {name: …}``."""
    return getattr(settings, "CHANX", {}).get(name, default) if has_settings() else default
