"""How an authentication went: by a message of chanx, or by what the application did."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

# The action of chanx's message.
AUTHENTICATION = "authentication"

_REFUSALS = {each.value for each in HTTPStatus if each >= HTTPStatus.BAD_REQUEST}


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

    def for_consumer(self, consumer: Any) -> Any:
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
    for number in (code or 0, (code or 0) - 4000):
        if number in _REFUSALS:
            return _of(HTTPStatus(number))
    return _of(HTTPStatus.FORBIDDEN)


def _of(status: HTTPStatus) -> AuthMessage:
    return AuthMessage(AuthPayload(status.value, status.phrase))
