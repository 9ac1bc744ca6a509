"""Which file descriptors may call into an application."""

from __future__ import annotations

import asyncio
import os
import socket

from channeltest.rest.work import may_call, open_descriptors
from tests.rounds import others_ran


def looked_at(begin):
    """Return how many descriptors ``begin`` has left open, and whether one may call."""

    async def main():
        loop = asyncio.get_running_loop()
        end = await begin(loop)
        registered = loop._selector.get_map()
        try:
            return open_descriptors(registered), may_call(registered)
        finally:
            end()

    return asyncio.run(main())


def test_none():
    async def begin(loop):
        return int

    assert looked_at(begin) == (0, False)


def test_a_reader():
    async def begin(loop):
        reading, writing = os.pipe()
        loop.add_reader(reading, int)
        return lambda: (loop.remove_reader(reading), os.close(reading), os.close(writing))

    assert looked_at(begin) == (1, True)


def test_several_readers():
    async def begin(loop):
        both = socket.socketpair()
        for each in both:
            loop.add_reader(each, int)
        return lambda: [(loop.remove_reader(each), each.close()) for each in both]

    assert looked_at(begin) == (2, True)


def test_a_writer():
    async def begin(loop):
        both = socket.socketpair()
        loop.add_writer(both[0], int)
        return lambda: (loop.remove_writer(both[0]), *(each.close() for each in both))

    assert looked_at(begin) == (1, True)


def test_a_loop_that_is_closed():
    loop = asyncio.new_event_loop()
    registered = loop._selector.get_map()
    loop.close()
    assert open_descriptors(registered) == 0


def connected(begin_with):
    async def begin(loop):
        ours, theirs = socket.socketpair()
        transport = await begin_with(loop, ours)
        await others_ran()
        return lambda: (transport.abort(), theirs.close())

    return begin


def test_a_stream_only_keeps_what_comes():
    async def begin_with(loop, sock):
        _, writer = await asyncio.open_connection(sock=sock)
        # The stream closes its transport when it is collected.
        kept.append(writer)
        return writer.transport

    kept = []

    assert looked_at(connected(begin_with)) == (1, False)


def test_a_stream_that_writes_may_go_on():
    async def begin_with(loop, sock):
        _, writer = await asyncio.open_connection(sock=sock)
        writer.write(bytes(10_000_000))
        kept.append(writer)
        return writer.transport

    kept = []

    assert looked_at(connected(begin_with)) == (1, True)


def test_a_protocol_may_do_anything():
    async def begin_with(loop, sock):
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=sock)
        return transport

    assert looked_at(connected(begin_with)) == (1, True)
