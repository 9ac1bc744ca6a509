"""What a test is told about a client's authentication."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

# The action of the message in which chanx says it.
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
    """The message that tells a client how its authentication went.

    Attributes:
        payload: What it says.
        action: ``"authentication"``.
    """

    payload: AuthPayload
    action: str = AUTHENTICATION


def from_payload(payload: Any) -> AuthMessage | None:
    """Return what the payload of chanx's message says, in snake or in camel case.

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


def accepted() -> AuthMessage:
    """Return what it means that a consumer keeps a connection and says nothing of it."""
    return _of(HTTPStatus.OK)


def refused(code: int | None) -> AuthMessage:
    """Return what it means that an application denies or closes a connection.

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
