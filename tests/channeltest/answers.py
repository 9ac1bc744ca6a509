"""An application with fixed answers, and a communicator that is connected to it."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import async_to_sync

from channeltest.cases.websocket import CaseCommunicator


class Application:
    """Answers each frame with its events of ``answers``, and keeps the scope."""

    def __init__(self, first=(), **answers):
        self.first = first
        self.answers = answers

    async def __call__(self, scope, receive, send):
        self.scope = scope
        assert (await receive())["type"] == "websocket.connect"
        for event in self.first or [ACCEPT]:
            await send(event)
        while (event := await receive())["type"] != "websocket.disconnect":
            for answer in self.answers[event["text"]]:
                await asyncio.sleep(0)
                if isinstance(answer, Exception):
                    raise answer
                await send(answer)


ACCEPT = {"type": "websocket.accept"}


def close(code=1000):
    return {"type": "websocket.close", "code": code}


def message(action, payload=None):
    text = f'{{"action": "{action}", "payload": {payload or "null"}}}'
    return {"type": "websocket.send", "text": text}


def authentication(code):
    return message("authentication", f'{{"status_code": {code}, "status_text": "x", "data": [1]}}')


def talk(application, body, path="/", **options):
    """Run ``body(communicator)`` on a loop; the communicator has connected by default."""
    connects = options.pop("connects", True)

    async def run():
        communicator = CaseCommunicator(application, path, **options)
        if connects:
            await communicator.connect()
        try:
            return await body(communicator)
        finally:
            communicator.stop(exceptions=False)

    return async_to_sync(run)()


def complaint(application, body, **options):
    with pytest.raises(AssertionError) as caught:
        talk(application, body, **options)
    return str(caught.value)
