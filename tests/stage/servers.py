"""Servers that answer in pieces; their threads begin before the applications."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

# Seconds between the pieces of an answer: longer than the grace.
PAUSE = 0.1

HTTP = (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", b"a", b"b", b"c")


class Server(threading.Thread):
    """Sends pieces of an answer to whoever connects and says something, with pauses between.

    Args:
        pieces: The pieces (bytes).
        context: A TLS context, for a server that speaks TLS.
        size: Bytes that a request has at least; the first piece follows the last of them.
    """

    def __init__(self, pieces=(b"a", b"b", b"c"), context=None, size=1):
        super().__init__()
        self.pieces = pieces
        self.context = context
        self.size = size
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = self.listening.getsockname()
        self.url = f"http://127.0.0.1:{self.address[1]}/"
        self.start()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                if self.context is not None:
                    connection = self.context.wrap_socket(connection, server_side=True)
                with connection:
                    # A client that says nothing only listens.
                    if self._has_request(connection):
                        for piece in self.pieces:
                            time.sleep(PAUSE)
                            connection.sendall(piece)

    def _has_request(self, connection):
        size = 0
        while size < self.size:
            received = connection.recv(1_000_000)
            if not received:
                return False
            size += len(received)
        return True

    def close(self):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()
        self.join()
