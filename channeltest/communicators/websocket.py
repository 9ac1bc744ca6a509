"""`WebsocketCommunicator`: the client of one websocket, with all that tests ask of one."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from ..asgi.scope import AnyApplication, Event, Headers
from .frames import FrameCommunicator
from .message_communicator import MessageCommunicator
from .messages import (
    AUTHENTICATION,
    action_of,
    from_payload,
    is_camelized,
    is_completion,
    json_of,
    status_of_acceptance,
    status_of_refusal,
)

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True

# Seconds in which a timer of the application has to be due to be waited for.
_AHEAD = 0.5


class WebsocketCommunicator(MessageCommunicator, FrameCommunicator):
    """The client of one websocket: frames, messages, authentication and closing.

    Args:
        application: An ASGI application, or a consumer class.
        path: The path, with its query string.
        headers: A dict or pairs of names and values (str or bytes).
        subprotocols: The subprotocols to choose from (list of str).
        spec_version: Put into the scope under this name.
        user: The user in the scope; middleware finds and keeps it.
        session: The session in the scope, likewise.
        cookies: A dict of names and values (str), sent in a header.
        scope: Keys for the scope, or other values for those it has; `ABSENT` removes a key.
        consumer: The consumer class of chanx (1.0 or later) whose messages are received. With it
            the methods for messages work as those of today's chanx.

    Attributes:
        response_headers: The headers that the websocket was accepted with (pairs of bytes), or
            ``None``.
        denial: The `Denial` that it was denied with, or ``None``.

    Raises:
        TypeError: ``path`` is no str.

    Source: Channels 4.3's ``WebsocketCommunicator``, whose arguments come first; ``chanx.testing``
    of chanx before 1.0 and ``chanx.channels.testing`` of chanx 2.
    """

    def __init__(
        self,
        application: AnyApplication,
        path: str,
        headers: Headers = None,
        subprotocols: list[str] | None = None,
        spec_version: object = None,
        *,
        user: object = None,
        session: object = None,
        cookies: Mapping[str, str] | None = None,
        scope: Mapping[str, Any] | None = None,
        consumer: type[Any] | None = None,
    ) -> None:
        if not isinstance(path, str):
            raise TypeError(f"Expected str, got {type(path)}")
        own: dict[str, Any] = {"subprotocols": subprotocols or []}
        if spec_version:
            own["spec_version"] = spec_version
        super().__init__(
            application, "websocket", path, headers, user, session, cookies, own, scope
        )
        self._consumer_class = consumer
        self._is_camelized = is_camelized(consumer)

    async def wait_for_auth(
        self,
        send_authentication_message: bool | None = None,
        max_auth_time: float = _AHEAD,
        after_auth_time: float = 0.1,
    ) -> Any:
        """Find out how the authentication went.

        A chanx consumer sends it as a message, which is taken. Other consumers show it by what
        they do: one that keeps the connection gives a 200, one that closes it a 403, or what its
        close code says (4401: 401); what it sent stays to be received.

        Args:
            send_authentication_message: ``True`` if there has to be a message, ``False`` if
                there is none and nothing to return; by default what there is.
            max_auth_time: A timer that is due within so many seconds is waited for.
            after_auth_time: Without effect: the application has come to rest, and joined its
                groups.

        Returns:
            The message, with ``payload.status_code``, ``payload.status_text`` and
            ``payload.data``: for a chanx consumer chanx's ``AuthenticationMessage``, otherwise an
            `AuthMessage`.

        Raises:
            AssertionError: The client has not connected, or a message has to be there and is
                not.
            Exception: What the application raised.
        """
        if self._answer is None:
            raise AssertionError(
                "the client has not connected: call 'await communicator.connect()' before "
                "wait_for_auth()"
            )
        event = await self._coming(max_auth_time)
        await self._settle(self._patience())
        if event is None:
            self._raise_failure()
        if send_authentication_message is False:
            return None
        message = self._received(json_of(event))
        if action_of(message) == AUTHENTICATION:
            status = from_payload(message.get("payload"))
            if status is not None:
                await self.receive_output()
                return status.for_consumer(self.consumer)
        if send_authentication_message:
            raise AssertionError(f"expected an authentication message, got {_described(event)}")
        accepted, code = self._answer
        if accepted and self.close_code is None:
            return status_of_acceptance().for_consumer(self.consumer)
        return status_of_refusal(self.close_code if accepted else code).for_consumer(self.consumer)

    async def assert_authenticated_status_ok(self, max_auth_time: float = _AHEAD) -> None:
        """Check that the authentication went well.

        Args:
            max_auth_time: A timer that is due within so many seconds is waited for.

        Raises:
            AssertionError: It did not; the text has what the application answered.
            Exception: What the application raised.
        """
        payload = (await self.wait_for_auth(max_auth_time=max_auth_time)).payload
        if payload.status_code == HTTPStatus.OK:
            return
        text = f"{self.scope['path']} answered {payload.status_code} {payload.status_text}"
        if payload.data is not None:
            text += f": {payload.data!r:.200}"
        if self._answer is not None and not self._answer[0]:
            text += (
                f"; it denied the connection, with {self._answer[1]}. An origin validator "
                "denies a client without an allowed 'origin' header"
            )
        raise AssertionError(text)

    async def assert_closed(self, code: int | None = None) -> None:
        """Check that the application has closed the connection, and take the closing.

        Args:
            code: The close code that is expected; any by default.

        Raises:
            AssertionError: It has not; the text has what it sent instead.
        """
        while is_completion(json_of(event := await self._coming(self._usual_messages))):
            await self.receive_output()
        if event is None:
            self._raise_failure()
        if event is None or event["type"] != "websocket.close":
            raise AssertionError(f"expected the connection to be closed, got {_described(event)}")
        await self.receive_output()
        if code is not None and self.close_code != code:
            raise AssertionError(f"the connection was closed with {self.close_code}, not {code}")


def _described(event: Event | None) -> str:
    if event is None:
        return "nothing: the application neither sends nor closes"
    kind = event["type"]
    if kind == "websocket.close":
        return f"the closing of the connection, with {event.get('code') or 1000}"
    if kind == "websocket.send":
        return f"the frame {event.get('text') or event.get('bytes')!r:.200}"
    return f"the event {kind!r}"
