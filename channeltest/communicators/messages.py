"""Messages as chanx has them: objects with an action, which become JSON; and their broadcasts."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import json
import sys
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from channels.consumer import AsyncConsumer
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder

from ..asgi.scope import Event
from ..config import has_settings
from ..patching import Patch

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


def json_of(event: Event | None) -> Any:
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


# The action of chanx's message.
AUTHENTICATION = "authentication"

# HTTP's statuses of refusals, by themselves and by the close codes that many applications make of
# them.
_REFUSALS: dict[int | None, HTTPStatus] = {
    code: status
    for status in HTTPStatus
    if status >= HTTPStatus.BAD_REQUEST
    for code in (status.value, 4000 + status.value)
}


@dataclass(frozen=True)
class AuthPayload:
    """How the authentication went.

    Attributes:
        status_code: As of an HTTP response: 200, 401, 403 …
        status_text: The same in words.
        data: What the application added.
    """

    status_code: int
    status_text: str
    data: Any = None


@dataclass(frozen=True)
class AuthMessage:
    """The message with which a consumer answers a client's authentication.

    Attributes:
        payload: How it went.
        action: ``"authentication"``.
    """

    payload: AuthPayload
    action: str = AUTHENTICATION

    def for_consumer(self, consumer: AsyncConsumer | None) -> Any:
        """Return this message as the library of a consumer defines it.

        Args:
            consumer: The consumer's instance, or ``None``.

        Returns:
            chanx's ``AuthenticationMessage`` for a consumer of chanx, otherwise this message.
        """
        if any(base.__module__.partition(".")[0] == "chanx" for base in type(consumer).__mro__):
            # Its consumers import it, so it is there.
            chanx_messages: Any = sys.modules.get("chanx.messages.outgoing")
            defined = getattr(chanx_messages, "AuthenticationMessage", None)
            if defined is not None:
                return defined.model_validate(asdict(self))
        return self


def from_payload(payload: Any) -> AuthMessage | None:
    """Return the message with a payload of chanx's, in snake or in camel case.

    Args:
        payload: What a message of that action has for a payload.

    Returns:
        The message, or ``None`` if this is no payload of chanx's.
    """
    if isinstance(payload, Mapping):
        for code, text in (("status_code", "status_text"), ("statusCode", "statusText")):
            if code in payload:
                return AuthMessage(
                    AuthPayload(payload[code], payload.get(text, ""), payload.get("data"))
                )
    return None


def status_of_acceptance() -> AuthMessage:
    """Return the message for a consumer that keeps a connection and sends none."""
    return _of(HTTPStatus.OK)


def status_of_refusal(code: int | None) -> AuthMessage:
    """Return the message for an application that denies or closes a connection.

    Args:
        code: The status of an HTTP response, or the close code. Those from 4400 to 4599 are
            HTTP's with 4000 added, as many applications have it; any other is a 403, with which
            a server denies a websocket.
    """
    return _of(_REFUSALS.get(code, HTTPStatus.FORBIDDEN))


def _of(status: HTTPStatus) -> AuthMessage:
    return AuthMessage(AuthPayload(status.value, status.phrase))


def is_camelized(consumer: type[AsyncConsumer] | None) -> bool:
    """Whether the messages of a chanx consumer class have keys in camel case.

    Source: chanx 2.
    """
    return consumer is not None and bool(
        getattr(consumer, "camelize", False) or chanx_setting("CAMELIZE", False)
    )


def camelized(message: Any, is_wanted: bool) -> Any:
    """Return a message with keys in camel case, if that is wanted."""
    return _humps().camelize(message) if is_wanted else message


def decamelized(message: Any, is_wanted: bool) -> Any:
    """Return a message with keys in snake case, if that is wanted."""
    return _humps().decamelize(message) if is_wanted else message


def _humps() -> Any:
    """The library with which chanx does it, so that both agree on every key."""
    return importlib.import_module("humps")


@dataclass
class CapturedBroadcastEvent:
    """An event that a consumer has broadcast.

    Attributes:
        event: The event, a message of chanx.
        groups: The groups it is for, as the call named them.
    """

    event: Any
    groups: Collection[str] | str | None


@dataclass
class CapturedTopicBroadcast:
    """An event that a topic has broadcast.

    Attributes:
        topic: The topic.
        event: The event, a message of chanx.
        seq: Its number, or ``None``.
    """

    topic: str
    event: Any
    seq: int | None


@contextlib.contextmanager
def capture_broadcast_events(
    consumer: Any, suppress: bool = True
) -> Iterator[list[CapturedBroadcastEvent]]:
    """Capture what a consumer class of chanx broadcasts with ``broadcast_event``.

    Args:
        consumer: The class.
        suppress: Whether the events are kept from the groups.

    Returns:
        A context manager with the list of `CapturedBroadcastEvent`, in order.

    Source: chanx 2.
    """
    captured: list[CapturedBroadcastEvent] = []
    original = consumer.broadcast_event

    async def capture(
        cls: Any, event: Any, groups: Collection[str] | str | None = None, **extra: Any
    ) -> None:
        captured.append(CapturedBroadcastEvent(event, groups))
        if not suppress:
            await original(event, groups, **extra)

    with _replaced(consumer, "broadcast_event", capture):
        yield captured


@contextlib.contextmanager
def capture_topic_broadcasts(
    topic_class: Any, *, suppress: bool = True
) -> Iterator[list[CapturedTopicBroadcast]]:
    """Capture what a topic class of chanx broadcasts with ``broadcast``.

    Args:
        topic_class: The class.
        suppress: Whether the events are kept from the subscribers.

    Returns:
        A context manager with the list of `CapturedTopicBroadcast`, in order.

    Source: chanx 2.
    """
    captured: list[CapturedTopicBroadcast] = []
    original = topic_class.broadcast

    async def capture(cls: Any, topic: str, event: Any, *, seq: int | None = None) -> None:
        captured.append(CapturedTopicBroadcast(topic, event, seq))
        if not suppress:
            await original(topic, event, seq=seq)

    with _replaced(topic_class, "broadcast", capture):
        yield captured


@contextlib.contextmanager
def _replaced(owner: type, name: str, function: Callable[..., Awaitable[None]]) -> Iterator[None]:
    patch = Patch(owner, name, classmethod(function))
    patch.start()
    try:
        yield
    finally:
        patch.stop()
