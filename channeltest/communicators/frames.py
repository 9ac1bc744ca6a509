"""`FrameCommunicator`: opens one websocket, and sends and receives its frames."""

from __future__ import annotations

import json
from typing import Any, NamedTuple, TypeVar

from ..asgi.scope import Event
from ..compat.advice import with_note
from ..config import DEFAULT, Timeout, seconds
from ..errors import Refused
from .http import ClientCommunicator

# pytest leaves frames of modules with this name out of tracebacks.
__tracebackhide__ = True

_Self = TypeVar("_Self", bound="FrameCommunicator")

# Seconds that an application may take to come to rest before what it has sent is taken.
_USUAL = 1.0


class Denial(NamedTuple):
    """The HTTP response with which an application denied a websocket.

    Attributes:
        status: Its status.
        headers: Its headers.
        body: Its body.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class FrameCommunicator(ClientCommunicator):
    """Opens a websocket to an application, and sends and receives frames.

    Attributes:
        response_headers: The headers that the websocket was accepted with (pairs of bytes), or
            ``None``.
        denial: The `Denial` that it was denied with, or ``None``.

    Source: Channels 4.3's ``WebsocketCommunicator``.
    """

    response_headers: list[tuple[bytes, bytes]] | None = None
    denial: Denial | None = None

    # What connect() returned; None before.
    _answer: tuple[bool, Any] | None = None

    @property
    def close_code(self) -> int | None:
        """The code that the application closed the websocket with, as soon as it has."""
        return self._connection.close_code

    @property
    def close_reason(self) -> str | None:
        """The reason that it gave."""
        return self._connection.close_reason

    async def connect(self, timeout: Timeout = DEFAULT) -> tuple[bool, Any]:
        """Open the websocket.

        Args:
            timeout: Seconds that the answer may take; ``None`` for as long as it takes.

        Returns:
            ``True`` and the subprotocol that was chosen (str or ``None``); or ``False`` and the
            code of the refusal: the close code, or the status of a `denial`.

        Raises:
            AssertionError: The application sent something else first.
            TimeoutError: It does not answer within that time. It goes on all the same.
            Exception: What it raised.
        """
        self._answer = await self._handshake(timeout)
        return self._answer

    async def _handshake(self, timeout: Timeout) -> tuple[bool, Any]:
        await self.send_input({"type": "websocket.connect"})
        within = seconds(timeout, self.timeout, _USUAL)
        try:
            response = await self._next(within, "accept or close the websocket")
        except TimeoutError as error:
            raise with_note(
                error,
                "A consumer answers in connect(): 'await self.accept()', 'await self.close()', or "
                "'await super().connect()', which accepts",
            )
        kind = response["type"]
        if kind == "websocket.close":
            return False, response.get("code", 1000)
        if kind == "websocket.http.response.start":
            self.denial = await self._denial(response, within)
            return False, self.denial.status
        if kind != "websocket.accept":
            raise AssertionError(
                f"Expected type 'websocket.accept' or 'websocket.close', but was '{kind}'"
            )
        self.response_headers = response.get("headers", [])
        return True, response.get("subprotocol", None)

    async def _denial(self, start: Event, within: float | None) -> Denial:
        parts: list[bytes] = []
        more = True
        while more:
            part = await self._next(within, "send the rest of its response")
            parts.append(part.get("body", b""))
            more = part.get("more_body", False)
        return Denial(start["status"], list(start.get("headers") or ()), b"".join(parts))

    async def send_to(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Send a frame; the application takes it when the test next waits for something.

        Args:
            text_data: The text, also an empty one.
            bytes_data: Or the bytes.

        Raises:
            AssertionError: Both arguments or none are there, or one has the wrong type.
            Exception: What the application raised.
        """
        if text_data is not None and bytes_data is not None:
            # One of them may be empty, as with Channels' communicator.
            text_data, bytes_data = text_data or None, bytes_data or None
        if (text_data is None) == (bytes_data is None):
            raise AssertionError("You must supply exactly one of text_data or bytes_data")
        if text_data is not None:
            if not isinstance(text_data, str):
                raise AssertionError(
                    f"The text_data argument must be a str, not {type(text_data).__name__}"
                )
            await self.send_input({"type": "websocket.receive", "text": text_data})
        else:
            if not isinstance(bytes_data, bytes):
                raise AssertionError(
                    f"The bytes_data argument must be bytes, not {type(bytes_data).__name__}"
                )
            await self.send_input({"type": "websocket.receive", "bytes": bytes_data})

    async def send_json_to(self, data: Any) -> None:
        """Send a text frame with JSON.

        Args:
            data: What JSON can carry.

        Raises:
            Exception: What the application raised.
        """
        await self.send_to(text_data=json.dumps(data))

    async def receive_from(self, timeout: Timeout = DEFAULT) -> str | bytes:
        """Take the next frame.

        Args:
            timeout: Seconds that it may take; ``None`` for as long as it takes.

        Returns:
            Its text (str) or its bytes.

        Raises:
            AssertionError: The application sent something else, as when it closes the websocket.
            TimeoutError: It sends nothing within that time. It goes on all the same.
            Exception: What it raised.
        """
        within = seconds(timeout, self.timeout, _USUAL)
        self._raise_failure()
        return payload_of(await self._next(within, "send a frame"))

    async def receive_json_from(self, timeout: Timeout = DEFAULT) -> Any:
        """Take the next frame and decode its JSON.

        Args:
            timeout: Seconds that it may take; ``None`` for as long as it takes.

        Raises:
            AssertionError: It is no text frame.
            TimeoutError: There is none within that time. The application goes on all the same.
            Exception: What the application raised.
        """
        return decoded(await self.receive_from(timeout))

    async def receive_all(self, timeout: Timeout = DEFAULT) -> list[str | bytes]:
        """Take all frames that are there, once the application has nothing more to do.

        No timer is waited for. A close that follows the frames stays where it is.

        Args:
            timeout: Seconds that the application may be busy; ``None`` for any.

        Returns:
            Texts (str) and bytes, in order.

        Raises:
            Exception: What the application raised, if it sent nothing.
        """
        self._raise_failure()
        await self._settle(seconds(timeout, self.timeout, _USUAL))
        frames = []
        while (event := self._connection.peek()) is not None and event["type"] == "websocket.send":
            frames.append(payload_of(self.output_queue.get_nowait()))
        if not frames:
            self._raise_failure()
        return frames

    async def disconnect(self, code: int = 1000, timeout: Timeout = DEFAULT) -> None:
        """Close the websocket from the client's side, and wait for the application to end.

        Nothing happens if the application has ended with an error that the test has seen.

        Args:
            code: The close code.
            timeout: Seconds that it may take; ``None`` for as long as it takes.

        Raises:
            TimeoutError: The application does not end within that time. It goes on all the same.
            Exception: What it raised, unless the test has seen it.
        """
        await self._go_away({"type": "websocket.disconnect", "code": code}, timeout)

    async def __aenter__(self: _Self) -> _Self:
        """Open the websocket.

        Raises:
            Refused: The application did not accept it.
        """
        accepted, code = await self.connect()
        if not accepted:
            raise Refused(f"{self._connection.name} refused the websocket: {self._refusal(code)}")
        return self

    def _refusal(self, code: int) -> str:
        if self.denial is not None:
            return f"status {code}, {self.denial.body!r:.200}"
        return f"code {code}" + (f", {self.close_reason}" if self.close_reason else "")

    def _take_json(self) -> Any:
        """Take the next event, which is there, and decode its JSON."""
        return decoded(payload_of(self.output_queue.get_nowait()))


def payload_of(event: Event) -> str | bytes:
    """Return the text or the bytes of an application's frame.

    Args:
        event: What the application sent.

    Raises:
        AssertionError: It is no frame. A note has the code and the reason of a close.
    """
    kind = event["type"]
    if kind != "websocket.send":
        error = AssertionError(f"Expected type 'websocket.send', but was '{kind}'")
        if kind == "websocket.close":
            reason = event.get("reason")
            raise with_note(
                error,
                "The application closed the websocket where a frame was expected, with code "
                f"{event.get('code') or 1000}" + (f" and reason {reason!r}" if reason else ""),
            )
        raise error
    text = event.get("text")
    # The application was refused any other event than one with either.
    return event["bytes"] if text is None else text  # type: ignore[no-any-return]


def decoded(payload: str | bytes) -> Any:
    """Return what the JSON of a text frame stands for.

    Raises:
        AssertionError: It is no text frame.
        ValueError: It is no JSON.
    """
    if not isinstance(payload, str):
        raise AssertionError(f"JSON data is not a text frame, it is {type(payload)}")
    return json.loads(payload)
