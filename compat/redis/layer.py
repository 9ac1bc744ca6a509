"""Channels 1's channel layer on Redis, in the keys and bytes of today's channels_redis."""

from __future__ import annotations

import random
import secrets
import string
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ..made_once import made_once
from .configuration import Message, RedisConfiguration
from .receiving import LOCAL_NAMES, Received, Receiver
from .sending import Sender, Sending

if TYPE_CHECKING:
    from .in_loop import LoopLayer


class RedisChannelLayer(RedisConfiguration):
    """A channel layer on one or more Redis servers (5.0 or newer; several need 6.0).

    Consumers of Channels 4 on `channels_redis <https://github.com/django/channels_redis>`_ with
    the same servers and prefix meet those of Channels 1 here, on the same channels and in the
    same groups. Nothing connects to a server before the layer is used; a server that cannot be
    reached is a ``redis.exceptions.ConnectionError`` from the call that needed it.

    Args:
        expiry: Seconds a message is kept.
        hosts: The servers: ``(host, port)`` pairs, ``redis://`` URLs, or the dicts that
            channels_redis takes. With several, groups and the channels of one reader are spread
            over them by their names.
        prefix: What all keys begin with.
        group_expiry: Seconds a channel stays in a group.
        capacity: Messages that a channel holds before it is full.
        channel_capacity: Capacities of their own for channels, by glob or compiled pattern.
        symmetric_encryption_keys: Secrets; messages are encrypted with the first and decrypted
            with any. Needs ``cryptography``.
        stats_prefix: What the keys of the statistics begin with.
        connection_kwargs: Options of the Redis clients: ``socket_timeout`` (seconds, 5 or more),
            ``socket_connect_timeout``, ``socket_keepalive``, ``password`` and so on.
        random_prefix_length: Random bytes before each message; as in channels_redis.
        serializer_format: What messages are packed with; as in channels_redis.

    Attributes:
        blpop_timeout: Seconds a blocking `receive` waits; read by each call.
        hosts: The servers, as asgi_redis had them: URLs (list of str; a dict stays one).
        crypter: cryptography's ``MultiFernet``, or ``None`` without keys.
        make_fernet: Makes a ``Fernet`` of a secret (str or bytes).

    Raises:
        ImportError: channels_redis is not installed.
        ValueError: ``hosts`` or ``symmetric_encryption_keys`` is no list, ``socket_timeout`` is
            too short, or ``cryptography`` is not installed.

    Source: asgi_redis 1.4.3; the layout in Redis is that of channels_redis 4.
    """

    extensions = ["groups", "flush", "statistics"]
    if find_spec("twisted") is not None:
        extensions.append("twisted")

    # Those that `receive` was last asked for.
    _names_checked: Sequence[str] = ()

    @made_once
    def _sender(self) -> Sender:
        return Sender(self, self._shards, self._pack)

    @made_once
    def _receiver(self) -> Receiver:
        return Receiver(self, self._shards, self._unpack)

    # Sending

    def send(self, channel: str, message: Message) -> None:
        """Put ``message`` on ``channel``.

        Raises:
            AssertionError: ``message`` is no dict, or has the reserved key.
            TypeError: The name is not valid, or the message cannot be packed.
            ChannelFull: The channel holds as many messages as it may.
            redis.exceptions.ConnectionError: The server cannot be reached.
        """
        shard, name, content = self._sender.addressed(channel, message)
        if shard.put([(name, content)], self):
            raise self.ChannelFull

    def send_group(self, group: str, message: Message) -> None:
        """Put ``message`` on every channel of ``group`` that is not full.

        The process-local channels of one process share one message, as with channels_redis.

        Raises:
            AssertionError: ``message`` is no dict, or has the reserved key.
            TypeError: The name is not valid, or the message cannot be packed.
            redis.exceptions.ConnectionError: A server cannot be reached.
        """
        self.verify_send_group(group, message)
        plain = self._pack(message)
        readers: dict[str, list[str]] = {}
        for channel in self.group_channels(group):
            readers.setdefault(self.non_local_name(channel), []).append(channel)
        for shard, names in self._shards.split(readers).items():
            local = {
                name: self._pack({**message, LOCAL_NAMES: readers[name]})
                for name in names
                if "!" in name
            }
            shard.put([(name, local.get(name, plain)) for name in names], self)

    def send_together(self, messages: Sequence[tuple[str, Message]]) -> list[Exception | None]:
        """Send messages in one round trip; those on one channel keep their order.

        Args:
            messages: Pairs of channel and message.

        Returns:
            For each message what `send` would raise, or ``None``.

        Raises:
            redis.exceptions.ConnectionError: A server cannot be reached; some may have been sent.
        """
        if self._is_own("send"):
            return [self._refusal(channel, message) for channel, message in messages]
        sending = Sending(messages, self._sender)
        for shard, steps in sending.steps():
            shard.run(steps)
        return sending.errors

    def send_and_receive(
        self, messages: Sequence[tuple[str, Message]], channels: Iterable[str]
    ) -> tuple[list[Exception | None], Received]:
        """Do what `send_together` and `receive` do, on one server in one round trip.

        Args:
            messages: Pairs of channel and message.
            channels: Names, as for `receive`, which does not wait.

        Returns:
            What `send_together` returns, and what `receive` does.

        Raises:
            TypeError: A name in ``channels`` is not valid.
            redis.exceptions.ConnectionError: A server cannot be reached; some may have been sent.
        """
        names = self._checked(channels)
        if len(self._shards) > 1 or not names or self._is_own("send", "receive"):
            return self.send_together(messages), self.receive(names)
        # The first of them that has a message is served.
        random.shuffle(names)
        sending = Sending(messages, self._sender)
        found = None
        for shard, contents in sending:
            full, found = shard.put_and_take(contents, self, names)
            sending.note_full(shard, full)
        received = (None, None) if found is None else self._receiver.opened(*found)
        return sending.errors, received

    def in_loop(self) -> LoopLayer | None:
        """Return what sends and receives in the running event loop, to be closed after use.

        Returns:
            It has ``send_together`` and ``receive_waiting``, as coroutines. ``None`` if the layer
            is for threads only: a subclass with a ``send`` or a ``receive`` of its own, a
            Sentinel cluster, or connections of the project's own class.
        """
        from .in_loop import LoopLayer, serves_loops  # optional, as redis is

        if self._is_own("send", "receive") or not serves_loops(self._shards):
            return None
        return LoopLayer(self, self._sender, self._receiver, self._shards)

    def _is_own(self, *names: str) -> bool:
        """Whether a subclass, or a mock, has one of some methods of its own: it is called then."""
        return any(
            getattr(getattr(self, name), "__func__", None) is not getattr(RedisChannelLayer, name)
            for name in names
        )

    def _refusal(self, channel: str, message: Message) -> Exception | None:
        try:
            self.send(channel, message)
        except (AssertionError, TypeError, self.ChannelFull, self.MessageTooLarge) as error:
            return error
        return None

    def verify_send(self, channel: str, message: Message) -> None:
        """Raise what `send` would raise of the name or the dict, without sending."""
        self._check_message(message)
        self.valid_channel_name(channel)

    def verify_send_group(self, group: str, message: Message) -> None:
        """Raise what `send_group` would raise of the name or the dict, without sending."""
        self._check_message(message)
        self.valid_group_name(group)

    def _check_message(self, message: object) -> None:
        if not isinstance(message, dict):
            raise AssertionError("message is not a dict")
        if LOCAL_NAMES in message:
            raise AssertionError(
                f"The key {LOCAL_NAMES!r} is the channel layer's own; take it out of the message"
            )

    # Receiving

    def wake_readers(self) -> None:
        """End every blocking `receive` of this process; no message is lost by it."""
        for shard in self._shards:
            shard.wake()

    def receive(self, channels: Iterable[str], block: bool = False) -> Received:
        """Take the next message off one of ``channels``.

        Args:
            channels: Names, process-local ones up to their ``!``; of several with messages a
                random one is served.
            block: Whether to wait for a message, `blpop_timeout` seconds at most.

        Returns:
            ``(channel, message)``, or ``(None, None)`` when there is none.

        Raises:
            TypeError: A name is not valid.
            redis.exceptions.ConnectionError: A server cannot be reached.
        """
        names = self._checked(channels)
        if not names:
            return None, None
        return self._receiver.receive(names, self.wait_seconds() if block else 0)

    def _checked(self, channels: Iterable[str]) -> list[str]:
        names = list(channels)
        # A worker asks for the same channels each time.
        if names != self._names_checked:
            for name in names:
                self.valid_channel_name(name, receive=True)
            self._names_checked = list(names)
        return names

    def receive_waiting(self, name: str) -> list[tuple[str, Message]]:
        """Take what waits on a process-local channel; waits as `receive` does for the first.

        Args:
            name: The channel's name up to its ``!``. It must not be read by `receive` as well.

        Returns:
            Pairs of full channel name and message, the oldest first; none when none came.

        Raises:
            TypeError: The name is not valid.
            redis.exceptions.ConnectionError: The server cannot be reached.
        """
        if self._is_own("receive"):
            channel, received = self.receive([name], block=True)
            return [] if channel is None or received is None else [(channel, received)]
        self.valid_channel_name(name, receive=True)
        return self._receiver.receive_waiting(name, self.wait_seconds())

    def receive_twisted(self, channels: Iterable[str]) -> Any:
        """Do what a blocking `receive` does, without blocking Twisted's reactor.

        Args:
            channels: Names, as for `receive`.

        Returns:
            A ``Deferred`` of what `receive` returns. The call is made in the reactor's thread pool.

        Raises:
            NotImplementedError: Twisted is not installed.
        """
        try:
            from twisted.internet.threads import deferToThread  # optional, and Daphne's
        except ImportError as error:
            raise NotImplementedError("Twisted is not installed") from error
        return deferToThread(self.receive, list(channels), block=True)

    def new_channel(self, pattern: str) -> str:
        """Return ``pattern`` with twelve letters more, a name that holds no message.

        Raises:
            AssertionError: ``pattern`` is no text, or does not end with ``?``.
        """
        if not isinstance(pattern, str):
            raise AssertionError(f"New channel pattern must be text, not {pattern!r:.80}")
        if not pattern.endswith("?"):
            raise AssertionError("New channel pattern must end with ?")
        while True:
            name = pattern + "".join(secrets.choice(string.ascii_letters) for _ in range(12))
            if not self._shards.of(name).exists(name):
                return name

    # Groups

    def group_add(self, group: str, channel: str) -> None:
        """Add ``channel`` to ``group``, or renew its membership.

        Raises:
            TypeError: One of the names is not valid.
        """
        self.valid_group_name(group)
        self.valid_channel_name(channel)
        self._shards.of(group).group_add(self._group_key(group), channel, self.group_expiry)

    def group_discard(self, group: str, channel: str) -> None:
        """Take ``channel`` out of ``group``; no error if it is not in it.

        Raises:
            TypeError: One of the names is not valid.
        """
        self.valid_group_name(group)
        self.valid_channel_name(channel)
        self._shards.of(group).group_discard(self._group_key(group), channel)

    def group_channels(self, group: str) -> list[str]:
        """Return the channels in ``group``, those added or renewed first in front."""
        return self._shards.of(group).group_channels(self._group_key(group), self.group_expiry)

    def _group_key(self, group: str) -> str:
        return f"{self.prefix}:group:{group}"

    def flush(self) -> None:
        """Forget every message, group and statistic: every key with one of the prefixes."""
        self._receiver.forget()
        for shard in self._shards:
            shard.delete(self.prefix, self.stats_prefix)
