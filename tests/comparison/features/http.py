"""Requests and responses."""

from __future__ import annotations

from ..apps import Stream, sends
from . import feature

GROUP = "HTTP"

START = {"type": "http.response.start", "status": 200}


@feature(GROUP, "A request and its response")
async def response(library):
    application = sends(START, {"type": "http.response.body", "body": b"hello"})
    communicator = library.HttpCommunicator(application, "GET", "/")
    assert (await communicator.get_response())["body"] == b"hello"


@feature(GROUP, "A last part without ``body``, as ASGI allows")
async def no_body(library):
    application = sends(START, {"type": "http.response.body"})
    communicator = library.HttpCommunicator(application, "GET", "/")
    assert (await communicator.get_response())["body"] == b""


@feature(GROUP, "A streamed response, part by part")
async def streamed(library):
    communicator = library.HttpCommunicator(Stream.as_asgi(), "GET", "/")
    parts = []
    async for part in communicator.stream():
        parts.append(part)
        Stream.current.go_on.set()
    assert parts == [b"one", b"two"]


@feature(GROUP, "A request's body in parts")
async def request_in_parts(library):
    async def application(scope, receive, send):
        body = b""
        while (event := await receive())["type"] == "http.request":
            body += event["body"]
            if not event["more_body"]:
                break
        await send(START)
        await send({"type": "http.response.body", "body": body})

    communicator = library.HttpCommunicator(application, "POST", "/")
    await communicator.send_body(b"one ")
    await communicator.send_body(b"two", more_body=False)
    assert (await communicator.get_response())["body"] == b"one two"


@feature(GROUP, "``http.disconnect``: the client goes away in mid-response")
async def disconnect(library):
    async def application(scope, receive, send):
        await send(START)
        while (await receive())["type"] != "http.disconnect":
            pass
        scope["left"] = True

    communicator = library.HttpCommunicator(application, "GET", "/")
    await communicator.receive_output()
    await communicator.disconnect()
    assert communicator.scope["left"]
