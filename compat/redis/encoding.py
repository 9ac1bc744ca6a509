"""How messages are bytes on Redis. Needs the optional channels_redis."""

from __future__ import annotations

import random
from collections.abc import Iterable
from functools import partial
from typing import Any

import msgpack
from channels_redis.serializers import registry


class Encoding:
    """Turns messages into the bytes of channels_redis and back.

    Args:
        format: ``"msgpack"``, or another serializer that is registered with channels_redis.
        keys: Secrets to encrypt with, the first, and to decrypt with, any.
        expiry: Seconds after which an encrypted message is not decrypted any more, and ten more.
        random_prefix_length: Random bytes in front of each message on Redis, where equal members
            of a sorted set would be one.

    Attributes:
        crypter: cryptography's ``MultiFernet``, ``None`` without keys.
        make_fernet: Makes a ``Fernet`` of a secret.

    Raises:
        ValueError: ``keys`` is no list, or ``cryptography`` is not installed.
    """

    def __init__(
        self,
        format: str,
        keys: Iterable[str | bytes] | None,
        expiry: float,
        random_prefix_length: int,
    ) -> None:
        # Its own random prefix is left out: a subclass of the layer may replace the serializer.
        self._serializer = registry.get_serializer(
            format, symmetric_encryption_keys=keys, expiry=expiry, random_prefix_length=0
        )
        if format == "msgpack":
            # Consumers of Channels 1 may send dicts with integer keys, which msgpack by itself
            # packs but does not unpack.
            self._serializer.from_bytes = partial(msgpack.unpackb, strict_map_key=False)
        self._prefix_length = random_prefix_length
        self.crypter = self._serializer.crypter
        self.make_fernet = self._serializer.make_fernet

    def serialize(self, message: dict[str, Any]) -> bytes:
        """Return ``message`` as bytes, encrypted where there are keys.

        Raises:
            TypeError: The serializer cannot carry a value.
        """
        data: bytes = self._serializer.serialize(message)
        return data

    def deserialize(self, data: bytes) -> Any:
        """Return the message of ``data``.

        Raises:
            Exception: They are not what `serialize` makes.
        """
        return self._serializer.deserialize(data)

    def member(self, data: bytes) -> bytes:
        """Return the member of a sorted set that stands for a serialized message."""
        # No secret, and a system call would cost more than all else here. A forked process has
        # random bytes of its own: Python sees to that.
        return random.randbytes(self._prefix_length) + data

    def data(self, member: bytes) -> bytes:
        """Return the serialized message of a member of a sorted set."""
        return member[self._prefix_length :]
