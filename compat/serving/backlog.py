"""The replies that wait for one client."""

from __future__ import annotations

import tempfile
from collections import deque
from typing import IO, Protocol

from ..base_layer import Content

# What a message counts for beside its text, bytes or content, in bytes.
_OVERHEAD = 1024


class Backlog(Protocol):
    """Replies in their order."""

    def put(self, message: Content) -> bool:
        """Add a message; returns whether it may wait."""

    def get(self) -> Content:
        """Take the oldest message; there must be one."""

    def __len__(self) -> int:
        """Return how many messages wait."""

    def close(self) -> None:
        """Drop all messages."""


class MemoryBacklog:
    """Replies in memory; when too many bytes wait, the client does not read them.

    The largest message does not count: a client that reads may be sent a reply of any size.

    Args:
        most: Bytes that may wait beside the largest message.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._messages: deque[tuple[int, Content]] = deque()
        self._size = 0
        # The size of the largest message, then that of the largest behind it, and so on.
        self._largest: deque[int] = deque()

    def __len__(self) -> int:
        return len(self._messages)

    def put(self, message: Content) -> bool:
        """Add a message; returns whether it may wait: if not, all are dropped."""
        size = size_of(message)
        self._messages.append((size, message))
        self._size += size
        while self._largest and self._largest[-1] < size:
            self._largest.pop()
        self._largest.append(size)
        if self._size - self._largest[0] <= self._most:
            return True
        self.close()
        return False

    def get(self) -> Content:
        """Take the oldest message; there must be one."""
        size, message = self._messages.popleft()
        self._size -= size
        if size == self._largest[0]:
            self._largest.popleft()
        return message

    def close(self) -> None:
        """Drop all messages."""
        self._messages.clear()
        self._largest.clear()
        self._size = 0


class DiskBacklog:
    """Replies of an HTTP response: the oldest bytes in memory, the others in a temporary file.

    A response is as long as it is, and its client may read it slowly.

    Args:
        most_in_memory: Bytes in memory; the reply that exceeds them still is.
        most: Bytes that may wait altogether.
    """

    def __init__(self, most_in_memory: int, most: int) -> None:
        self._most_in_memory = most_in_memory
        self._most = most
        self._messages: deque[Content] = deque()
        # For each message the bytes of its content that are in the file.
        self._lengths: deque[int] = deque()
        self._in_memory = self._in_file = self._position = 0
        self._file: IO[bytes] | None = None

    def __len__(self) -> int:
        return len(self._messages)

    def put(self, message: Content) -> bool:
        """Add a message; returns whether it may wait."""
        content = message.get("content")
        if self._in_memory <= self._most_in_memory or not isinstance(content, bytes):
            self._in_memory += size_of(message)
            self._lengths.append(0)
        else:
            if self._in_memory + self._in_file + len(content) > self._most:
                return False
            if self._file is None:
                self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `close`)
            self._file.seek(0, 2)
            self._file.write(content)
            self._in_file += len(content)
            self._lengths.append(len(content))
            message = {**message, "content": b""}
        self._messages.append(message)
        return True

    def get(self) -> Content:
        """Take the oldest message; there must be one."""
        message, length = self._messages.popleft(), self._lengths.popleft()
        if not length:
            self._in_memory = max(0, self._in_memory - size_of(message))
            return message
        assert self._file is not None
        self._file.seek(self._position)
        self._position += length
        self._in_file -= length
        message = {**message, "content": self._file.read(length)}
        if not self._in_file:
            # All was read: the file need not grow with the response.
            self._file.truncate(0)
            self._position = 0
        return message

    def close(self) -> None:
        """Drop all messages, and the file."""
        self._messages.clear()
        self._lengths.clear()
        if self._file is not None:
            self._file.close()


def size_of(message: Content) -> int:
    """Return what a message counts for, in bytes."""
    size = _OVERHEAD
    for key in ("text", "bytes", "content"):
        value = message.get(key)
        if isinstance(value, (str, bytes)):
            size += len(value)
    return size
