"""Records what goes between ``channels.testing``'s communicators and their applications."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.testing import ApplicationCommunicator

from ..asgi.connection import Connection
from ..patching import Patch
from .entries import record, record_error, running

_Event = dict[str, Any]
_Receive = Callable[[], Awaitable[_Event]]
_Send = Callable[[_Event], Awaitable[None]]

_numbers = itertools.count(1)


def _init(communicator: ApplicationCommunicator, application: Any, scope: _Event) -> None:
    _INIT.original(communicator, application, scope)
    connection = Connection(application, scope)
    connection.reply_to = (None, f"communicator.foreign.{next(_numbers)}")
    run: Any = communicator.application

    async def recorded(scope: _Event, receive: _Receive, send: _Send) -> None:
        running.set(connection)
        record("client", connection.reply_to[1] if connection.reply_to else "")

        async def recorded_receive() -> _Event:
            event = await receive()
            record("input", str(event.get("type")), event, connection)
            return event

        async def recorded_send(event: _Event) -> None:
            record("output", "", event, connection)
            await send(event)

        try:
            await run(scope, recorded_receive, recorded_send)
        except asyncio.CancelledError:
            raise
        except BaseException as error:
            record_error(error, connection)
            raise

    communicator.application = recorded


_INIT = Patch(ApplicationCommunicator, "__init__", _init)

COMMUNICATORS = (_INIT,)
