"""Runs random programs on the interpreter it is started with, a JSON line in, a JSON line out.

A program is ``{"clients": [...], "routes": [...], "steps": [[name, argument, ...], ...]}``, the
answer its transcript. A step's name is a method of ``Top`` (steps of the test) or of ``Steps``
(steps that consumers take too). A channel called ``@1`` is the second client's reply channel.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
from typing import Any, Callable, Dict, List
from unittest import mock

sys.path[0:1] = [os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))]

from tests.differential import stack  # noqa: E402
from tests.differential.recorder import Recorder  # noqa: E402

CHANNELS = ["alpha", "beta", "local!", "single?z", "websocket.connect", "websocket.receive"]
GROUPS = ["red", "blue", "values", "values-0", "values-1", "room-none", "room-one"]

# Of exceptions that deny or close a connection where there is none.
_MISUSED = re.compile("from a non-websocket|'NoneType' object has no attribute '(?:name|send)'")


class Stop(Exception):
    """The program ends here: 1.1.8 leaves the pending store active when a flush fails."""


class Steps:
    """The steps that a test and a consumer can take."""

    def __init__(self, program: Dict[str, Any], t: Recorder) -> None:
        from channels.test import Client, WSClient

        self.t = t
        self.clients = []
        for kind in program["clients"]:
            if kind == "plain":
                self.clients.append(Client())
            else:
                self.clients.append(WSClient(ordered=kind == "ordered"))

    def name(self, name: str) -> str:
        if name.startswith("@"):
            return str(self.clients[int(name[1:]) % len(self.clients)].reply_channel)
        return name

    def run(self, steps: List[List[Any]]) -> None:
        for step in steps:
            self.take(step)

    def take(self, step: List[Any]) -> None:
        try:
            result = getattr(self, "do_" + step[0])(*step[1:])
        except Stop:
            raise
        except Exception as error:
            self.t.note(step[0], error)
            if isinstance(error, RuntimeError) and str(error).startswith("Failed to send queued"):
                raise Stop() from error
        else:
            self.t.note(step[0], result)

    def do_send(self, channel: str, value: Any, immediately: bool) -> None:
        from channels import Channel

        Channel(self.name(channel)).send(value, immediately=immediately)

    def do_group_send(self, group: str, value: Any, immediately: bool) -> None:
        from channels import Group

        Group(group).send(value, immediately=immediately)

    def do_add(self, group: str, channel: str) -> None:
        from channels import Group

        Group(group).add(self.name(channel))

    def do_discard(self, group: str, channel: str) -> None:
        from channels import Group

        Group(group).discard(self.name(channel))

    def do_save(self, name: str, value: int) -> None:
        from tests.differential.app.models import IntegerValue

        found = IntegerValue.objects.filter(name=name).first() or IntegerValue(name=name)
        found.value = value
        found.save()

    def do_delete(self, name: str) -> None:
        from tests.differential.app.models import IntegerValue

        for found in IntegerValue.objects.filter(name=name):
            found.delete()


class Inside(Steps):
    """The steps that only a consumer can take, on its message. An error ends the consumer."""

    def __init__(self, top: "Top", message: Any) -> None:
        self.t, self.clients, self.message = top.t, top.clients, message

    def take(self, step: List[Any]) -> None:
        self.t.note("in consumer: " + step[0], getattr(self, "do_" + step[0])(*step[1:]))

    def do_reply(self, value: Any) -> None:
        self.message.reply_channel.send(value)

    def do_text(self, text: str) -> None:
        self.message.reply_channel.send({"text": text})

    def do_count(self) -> Any:
        session = getattr(self.message, "channel_session", None)
        if session is None:
            return "no channel session"
        session["n"] = session.get("n", 0) + 1
        return session["n"]

    def do_http_count(self) -> Any:
        session = getattr(self.message, "http_session", None)
        if session is None:
            return "no http session"
        session["n"] = session.get("n", 0) + 1
        return session["n"]

    def do_user(self) -> str:
        return str(getattr(self.message, "user", "no user"))

    def do_raise(self, kind: str) -> None:
        from channels.exceptions import ConsumeLater, DenyConnection, WebsocketCloseException

        errors: Dict[str, Callable[[], Exception]] = {
            "deny": DenyConnection,
            "later": ConsumeLater,
            "close": lambda: WebsocketCloseException(4001),
            "value": lambda: ValueError("a consumer's own"),
        }
        raise errors[kind]()


class Top(Steps):
    """The steps that only a test can take."""

    def __init__(self, program: Dict[str, Any], t: Recorder, clock: Any) -> None:
        super().__init__(program, t)
        self.clock = clock

    def perform(self, message: Any, kwargs: Dict[str, Any]) -> str:
        content = {key: value for key, value in message.items() if key not in ("do", "headers")}
        named = {key: value for key, value in kwargs.items() if key != "multiplexer"}
        self.t.note("consumer on " + message.channel.name, [content, named])
        Inside(self, message).run(message.get("do", []))
        return "performed"

    @property
    def layer(self) -> Any:
        from channels import channel_layers

        return channel_layers["default"]

    def client(self, number: int) -> Any:
        return self.clients[number % len(self.clients)]

    def do_next(self, channel: str, require: bool) -> Any:
        return self.t.case.get_next_message(self.name(channel), require=require)

    def do_layer_send(self, channel: str, value: Any) -> None:
        self.layer.send(self.name(channel), value)

    def do_fill(self, channel: str, count: int) -> None:
        for number in range(count):
            self.layer.send(self.name(channel), {"filler": number})

    def do_layer_send_group(self, group: str, value: Any) -> None:
        self.layer.send_group(group, value)

    def do_layer_receive(self, channel: str) -> Any:
        return self.layer.receive([self.name(channel)])

    def do_members(self, group: str) -> List[str]:
        return sorted(self.t.normalise(name) for name in self.layer.group_channels(group))

    def do_flush(self) -> None:
        self.layer.flush()

    def do_advance(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    def do_pending(self, steps: List[List[Any]]) -> None:
        from channels.signals import consumer_finished, consumer_started
        from django.db import close_old_connections

        consumer_started.send(sender=None)
        self.run(steps)
        consumer_finished.disconnect(close_old_connections)
        try:
            consumer_finished.send(sender=None)
        finally:
            consumer_finished.connect(close_old_connections)

    def do_routes(self, routes: List[Dict[str, Any]], steps: List[List[Any]]) -> None:
        from channels.test import apply_routes

        from tests.differential.world import build

        with apply_routes([build(spec) for spec in routes]):
            self.run(steps)

    def do_client_send(self, number: int, channel: str, content: Any, keywords: Any) -> None:
        client = self.client(number)
        content = self.content(client, content)
        client.send(self.name(channel), content, **self.keywords(client, keywords))

    def do_consume(self, number: int, channel: str, fail_on_none: bool) -> Any:
        return self.result(
            self.client(number).consume(self.name(channel), fail_on_none=fail_on_none)
        )

    def do_send_and_consume(self, number: int, channel: str, content: Any, keywords: Any) -> Any:
        client = self.client(number)
        content, keywords = self.content(client, content), self.keywords(client, keywords)
        return self.result(client.send_and_consume(self.name(channel), content, **keywords))

    def keywords(self, client: Any, keywords: Dict[str, Any]) -> Dict[str, Any]:
        return keywords if hasattr(client, "set_cookie") else {}

    def content(self, client: Any, content: Dict[str, Any]) -> Dict[str, Any]:
        """Without what this kind of client would mostly refuse or lack."""
        content = dict(content)
        if getattr(client, "_ordered", False) and content.get("order") != 3:
            content.pop("order", None)
        if not hasattr(client, "set_cookie"):
            content.setdefault("path", "/")
        return content

    def result(self, returned: Any) -> Any:
        return (
            returned if returned is None or isinstance(returned, str) else type(returned).__name__
        )

    def do_receive(self, number: int) -> Any:
        return self.client(number).receive()

    def do_receive_raw(self, number: int) -> Any:
        client = self.client(number)
        return client.receive(json=False) if hasattr(client, "set_cookie") else client.receive()

    def do_join(self, number: int, group: str) -> None:
        self.client(number).join_group(group)

    def do_cookie(self, number: int, key: str, value: str) -> Any:
        client = self.client(number)
        if not hasattr(client, "set_cookie"):
            return "a plain client"
        client.set_cookie(key, value)
        return client.headers["cookie"]

    def do_login(self, number: int, username: str) -> Any:
        from django.contrib.auth.models import User

        client = self.client(number)
        if not hasattr(client, "force_login"):
            return "a plain client"
        client.force_login(User.objects.get_or_create(username=username)[0])
        return client.session["_auth_user_id"] is not None

    def do_work(self, channel: str, turns: int) -> Any:
        from channels.worker import Worker

        class PatchedWorker(Worker):  # type: ignore[misc]
            left = turns

            @property
            def termed(self) -> bool:
                self.left -= 1
                return self.left < 0

            @termed.setter
            def termed(self, value: bool) -> None:
                pass

        worker = PatchedWorker(self.layer, signal_handlers=False, only_channels=[channel])
        while True:
            try:
                worker.run()
            except (AttributeError, ValueError) as error:
                # It ends 1.1.8's worker; ours logs it and goes on (worker.deny_connection and
                # worker.socket_exceptions_run in accepted.py).
                if not _MISUSED.search(str(error)):
                    raise
            else:
                return worker.in_job

    def finish(self) -> None:
        """Notes what the program left: every message on every channel, every group's members."""
        for name in [*CHANNELS, *("__wait__." + c.reply_channel for c in self.clients)]:
            self.t.messages(name)
        for client in self.clients:
            self.t.messages(client.reply_channel)
        for group in GROUPS:
            self.take(["members", group])


def run(program: Dict[str, Any]) -> List[List[Any]]:
    """Runs a program in a test case of its own; returns its transcript."""
    from tests.differential import world

    t = Recorder()

    def body(case: Any) -> None:
        t.case = case
        with t.clock() as clock:
            top = Top(program, t, clock)
            with mock.patch.object(world, "perform", top.perform):
                try:
                    top.take(["routes", program["routes"], program["steps"]])
                    top.finish()
                except Stop:
                    t.note("stopped")

    error = stack.run_in_case(body)
    stack.tidy()
    if error:
        t.note("error", error)
    return t.entries


def main() -> None:
    """Reads programs until the input ends."""
    replies = sys.stdout
    sys.stdout = sys.stderr
    logging.disable(logging.CRITICAL)
    with stack.environment():
        for line in sys.stdin:
            replies.write(json.dumps(run(json.loads(line)), sort_keys=True) + "\n")
            replies.flush()


if __name__ == "__main__":
    main()
