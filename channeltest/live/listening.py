"""The sockets that live servers listen on."""

from __future__ import annotations

import socket

from ..errors import LiveServerError


def listen(host: str, port: int) -> socket.socket:
    """Listen for TCP connections.

    Args:
        host: A name or an address of this machine.
        port: The port; 0 for a free one.

    Raises:
        LiveServerError: It cannot be done: another program has the port, say.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # IPv4 first, as Daphne and Django do.
        family, address = min((each[0], each[4]) for each in found)
        return socket.create_server(address[:2], family=family, backlog=1024)
    except OSError as error:
        raise LiveServerError(
            f"a live server cannot listen on port {port} of {host!r}: {error}. With port = 0 on "
            "the test case it takes a free one"
        ) from error
