"""chanx's methods on a communicator of ours."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any

from ..communicators import WebsocketCommunicator
from ..communicators.reasons import timed_out
from ..communicators.timeouts import seconds
from ..config import DEFAULT, Timeout
from ..rest.wait import Outcome
from . import auth_status
from .auth_status import AuthMessage
from .chanx_messages import COMPLETE, GROUP_COMPLETE, action_of, as_text, is_completion

# Seconds that chanx's communicators wait for messages.
_USUAL = 5.0


class ChanxCommunicator(WebsocketCommunicator):
    """A client of one websocket, as chanx's tests have it, for any consumer.

    Nothing here waits for a message that may not come: what an application has to say is there
    when it has come to rest.

    Args:
        *args: As for `channeltest.WebsocketCommunicator`.
        **kwargs: Likewise.

    Source: chanx before 1.0, ``chanx.testing``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What connect() answered; None before.
        self._answer: tuple[bool, Any] | None = None

    async def connect(self, timeout: Timeout = DEFAULT) -> tuple[bool, Any]:
        """Connect; see `channeltest.WebsocketCommunicator`."""
        self._answer = await super().connect(timeout)
        return self._answer

    async def send_message(self, message: Any) -> None:
        """Send an object as JSON, and let the application do what it does with it.

        What it raises is raised when something is received, or when the test is over.

        Args:
            message: A pydantic model, an instance of a dataclass, or a dict.

        Raises:
            TypeError: It is none of them.
        """
        await self.send_to(text_data=as_text(message))
        await self._settle(seconds(DEFAULT, self.timeout, _USUAL))

    async def receive_all_json(
        self, timeout: Timeout = DEFAULT, *, wait_group: bool = False
    ) -> list[Any]:
        """Receive all messages that the application sends until it has come to rest.

        chanx's completion messages are left out, and are an end where there are any: a plain
        ``complete``, or with ``wait_group`` a ``group_complete``; what follows is left for the
        next call. No consumer has to send them.

        Args:
            timeout: Seconds that the application has, by default 5. A timer that is due within
                them is waited for.
            wait_group: Go on to the messages of groups, behind what answers a message directly.

        Returns:
            The messages, decoded; none if there are none. A close stays where it is.

        Raises:
            AssertionError: A message is no text frame.
            TimeoutError: The application is busy for longer.
            Exception: What it raised, if it sent nothing.
        """
        end = GROUP_COMPLETE if wait_group else COMPLETE
        within = seconds(timeout, self.timeout, _USUAL)
        clock = asyncio.get_running_loop().time
        ends = clock() + (_USUAL if within is None else within)
        messages: list[Any] = []
        while (event := await self._coming(within, ends - clock())) is not None:
            if event["type"] != "websocket.send":
                break
            message = await self.receive_json_from()
            if action_of(message) == end:
                break
            if not is_completion(message):
                messages.append(message)
        if event is None and not messages:
            self._raise_failure()
        return messages

    async def wait_for_auth(
        self,
        send_authentication_message: bool | None = None,
        max_auth_time: float = 0.5,
        after_auth_time: float = 0.1,
    ) -> AuthMessage | None:
        """Find out how the authentication went.

        A chanx consumer sends it as a message, which is taken. Other consumers show it by what
        they do: one that keeps the connection gives a 200, one that closes it a 403, or what its
        close code says (4401: 401); what it sent or did stays to be received.

        Args:
            send_authentication_message: ``True`` if there has to be a message, ``False`` if
                there is none and nothing to return; by default what there is.
            max_auth_time: A timer that is due within so many seconds is waited for.
            after_auth_time: Without effect: the application has come to rest, and joined its
                groups.

        Returns:
            The message, with ``payload.status_code``, ``payload.status_text`` and
            ``payload.data``.

        Raises:
            AssertionError: The client has not connected, or a message is asked for and there
                is none.
            Exception: What the application raised.
        """
        if self._answer is None:
            raise AssertionError("nobody is authenticated before 'await communicator.connect()'")
        within = seconds(DEFAULT, self.timeout, _USUAL)
        event = await self._coming(within, max_auth_time)
        await self._settle(within)
        if event is None:
            self._raise_failure()
        if send_authentication_message is False:
            return None
        message = _decoded(event)
        if action_of(message) == auth_status.AUTHENTICATION:
            told = auth_status.from_payload(message.get("payload"))
            if told is not None:
                await self.receive_output()
                return told
        if send_authentication_message:
            raise AssertionError(f"expected an authentication message, got {_words(event)}")
        accepted, code = self._answer
        if accepted and self.close_code is None:
            return auth_status.accepted()
        return auth_status.refused(self.close_code if accepted else code)

    async def assert_authenticated_status_ok(self, max_auth_time: float = 0.5) -> None:
        """Check that the authentication went well.

        Args:
            max_auth_time: A timer that is due within so many seconds is waited for.

        Raises:
            AssertionError: It did not; what the application said or did is told.
            Exception: What the application raised.
        """
        message = await self.wait_for_auth(max_auth_time=max_auth_time)
        assert message is not None
        payload = message.payload
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
            AssertionError: It has not; what it has sent instead is told.
        """
        within = seconds(DEFAULT, self.timeout, _USUAL)
        while is_completion(_decoded(event := await self._coming(within, _USUAL))):
            await self.receive_output()
        if event is None:
            self._raise_failure()
        if event is None or event["type"] != "websocket.close":
            raise AssertionError(f"expected the connection to be closed, got {_words(event)}")
        await self.receive_output()
        if code is not None and self.close_code != code:
            raise AssertionError(f"the connection was closed with {self.close_code}, not {code}")

    async def _coming(self, bound: float | None, ahead: float) -> dict[str, Any] | None:
        """Return the event that is received next, or ``None`` if none comes.

        Args:
            bound: Seconds that the application may be busy.
            ahead: Seconds within which timers are waited for.

        Raises:
            TimeoutError: It is busy for longer.
        """
        outcome = await self._wait_for_output(bound, max(0.0, ahead))
        event: dict[str, Any] | None = self._line.peek()
        if event is None and outcome is Outcome.LATE:
            raise timed_out(self._line, self.future, "come to rest", outcome, bound)
        return event


def _decoded(event: dict[str, Any] | None) -> Any:
    try:
        return json.loads((event or {}).get("text") or "")
    except ValueError:
        return None


def _words(event: dict[str, Any] | None) -> str:
    if event is None:
        return "nothing: the application neither sends nor closes"
    if event["type"] == "websocket.close":
        return f"the closing of the connection, with {event.get('code', 1000)}"
    return f"the frame {event.get('text') or event.get('bytes')!r:.200}"
