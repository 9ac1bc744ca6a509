"""What ports get wrong, seeded into the ported newsroom: the comparison names each fault."""

from __future__ import annotations

import functools
import shutil
from typing import NamedTuple

import pytest

from channeltest.comparison.difference import difference
from channeltest.comparison.transcript import transcript
from channeltest.record.schema import loads

from .recording import EXAMPLES, record

CHAT, LIVEBLOG = "chat/consumers.py", "liveblog/consumers.py"


class Fault(NamedTuple):
    """A fault, and how the comparison names it.

    Attributes:
        change: The text that is replaced, and by what.
        line: A line that the comparison shows.
        file: The file of the ported project that has the text.
        settings: The settings that the ported project runs with.
    """

    change: tuple[str, str]
    line: str
    file: str = CHAT
    settings: str = "settings_ported"

    @property
    def app(self):
        return self.file.partition("/")[0] if self.file.startswith(("chat", "live")) else "chat"


JOINS = "        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)\n"

FAULTS = {
    # Who gets in
    "anonymous users refused at connect": Fault(
        (
            "        await self.accept()\n        await self.announce",
            '        if not self.scope["user"].is_authenticated:\n            await self.close()\n'
            "            return\n        await self.accept()\n        await self.announce",
        ),
        "+     client <- close 1000",
    ),
    "no accept": Fault(("        self.accept()\n", ""), "-     client <- accept"),
    "a refusal that nothing returns after": Fault(
        (
            "            self.close(NO_SUCH_ROOM)\n            return\n",
            "            self.close(NO_SUCH_ROOM)\n            self.room = Room(slug=slug)\n",
        ),
        "+     ! raised",
    ),
    "a missing object that is accepted silently": Fault(
        ("            self.close(NO_SUCH_ROOM)\n", "            self.accept()\n"),
        "-     client <- close 4004\n+     client <- accept",
    ),
    "a subprotocol": Fault(
        ("self.accept()", 'self.accept("chat")'), "+     client <- accept subprotocol 'chat'"
    ),
    "clients without a subprotocol refused": Fault(
        (
            "        self.accept()\n",
            '        if not self.scope["subprotocols"]:\n            self.close()\n'
            "            return\n        self.accept()\n",
        ),
        "-     client <- accept\n",
    ),
    "no check of the origin": Fault(
        (
            "AllowedHostsOriginValidator(SessionMiddlewareStack(connect_reader.as_asgi()))",
            "SessionMiddlewareStack(connect_reader.as_asgi())",
        ),
        "+     client <- accept",
        "liveblog/routing.py",
    ),
    # Which way in
    "any path narrowed to one": Fault(
        ("route_class(connect_presence)", 'route_class(connect_presence, path=r"^/presence/$")'),
        "-     client 1 <- accept",
        "chat/routing.py",
    ),
    "anchors lost": Fault(
        (r'r"^ws/chat/(?P<room>[\w-]+)/$"', r'r"ws/chat/(?P<room>[\w-]+)/"'),
        "+     ! raised DenyConnection",
        "newsroom/stack.py",
        "settings_stack",
    ),
    "a new URL": Fault(
        (r'path=r"^/(?P<room>[\w-]+)/$"', r'path=r"^/rooms/(?P<room>[\w-]+)/$"'),
        "-     client <- accept",
        "chat/routing.py",
    ),
    "a leading slash in a route of today": Fault(
        (r'r"^ws/chat/(?P<room>', r'r"^/ws/chat/(?P<room>'),
        "-     client <- accept",
        "newsroom/stack.py",
        "settings_stack",
    ),
    # Closes
    "another close code": Fault(
        ("NO_SUCH_ROOM = 4004", "NO_SUCH_ROOM = 4000"), "+     client <- close 4000"
    ),
    "a close without its code": Fault(
        ("self.close(STAFF_ONLY)", "self.close()"), "-     client <- close 4003"
    ),
    # Frames
    "a key that is new in a frame": Fault(
        (
            'self.send_json({"said": self.said})',
            'self.send_json({"type": "said", "said": self.said})',
        ),
        """text '{"said": 2, "type": "said"}'""",
    ),
    "a null that is missing in a frame": Fault(
        (
            "self.send_json(entry.as_dict())",
            "self.send_json({k: v for k, v in entry.as_dict().items() if v is not None})",
        ),
        """-     client <- text '{"author": null,""",
        LIVEBLOG,
    ),
    "JSON that is encoded twice": Fault(
        ('self.send(text_data=event["text"])', 'self.send_json(event["text"])'),
        "+     client 1 <- text",
    ),
    "a plain text that became JSON": Fault(
        ('self.send("closed", close=True)', 'self.send_json("closed", close=True)'),
        """-     client <- text 'closed'\n+     client <- text '"closed"'""",
        LIVEBLOG,
    ),
    "an empty frame at the start": Fault(
        ("        self.accept()\n", '        self.accept()\n        self.send(text_data="")\n'),
        "+     client <- text ''",
    ),
    "an error that is not answered": Fault(
        ('            self.send_json({"error": error.code})', "            pass"),
        """-     client <- text '{"error": "unknown-command"}'""",
    ),
    "invalid input that is answered": Fault(
        (
            "        try:\n            command =",
            '        if content.get("text") is None:\n'
            '            self.send_json({"error": "no-text"})\n'
            "        try:\n            command =",
        ),
        """+     client <- text '{"error": "no-text"}'""",
    ),
    # Groups and channels
    "no group_add": Fault((JOINS, ""), "-     group chat-lounge: client"),
    "group_add wrapped with its call": Fault(
        (
            JOINS,
            "        async_to_sync(self.channel_layer.group_add(self.group, self.channel_name))\n",
        ),
        "-     group chat-lounge: client",
    ),
    "no group_discard": Fault(
        (
            "async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)",
            "pass",
        ),
        "-     group chat-lounge: client 2",
    ),
    "no broadcast on disconnect": Fault(
        ('        tell_room(self.room.slug, {"left": self.user.username})\n', ""),
        """-     client 2 <- text '{"left": "ann"}'""",
    ),
    "a broadcast on disconnect that is new": Fault(
        (
            '        await self.announce("out")\n',
            '        await self.announce("out")\n        await self.announce("gone")\n',
        ),
        """+     client 1 <- text '{"state": "gone", "who": "ann"}'""",
    ),
    "a broadcast on connect that is new": Fault(
        (
            "        self.accept()\n        self.send_json",
            '        self.accept()\n        tell_room(slug, {"came": self.user.username})\n'
            "        self.send_json",
        ),
        """+     client <- text '{"came": "ann"}'""",
    ),
    "a group name that no layer takes": Fault(
        ('self.group = "chat-%s"', 'self.group = "chat!%s"'), "+     ! raised TypeError: Group name"
    ),
    "no handler for a type": Fault(
        ("def room_event", "def room_told"),
        "+     ! raised ValueError: No handler for message type room.event",
    ),
    "a message without its type": Fault(
        ('{"type": "room.event", "text"', '{"text"'), "+     ! raised ValueError: "
    ),
    "a text in the place of a message": Fault(
        (
            '{"type": "room.event", "text": RoomConsumer.encode_json(content)}',
            "RoomConsumer.encode_json(content)",
        ),
        "+     ! raised ",
    ),
    "a message to a worker that is missing a key": Fault(
        ('                "author": self.scope["user"].pk,\n', ""),
        "-     channel liveblog.entry <- {'author': ",
        LIVEBLOG,
    ),
    "a group name that is too long": Fault(
        ('self.group = "chat-%s"', 'self.group = 100 * "x" + "chat-%s"'),
        "+     ! raised TypeError: Group name",
    ),
    "a group name that is not ASCII": Fault(
        ('self.group = "chat-%s"', 'self.group = "ch\u00e4t-%s"'),
        "+     ! raised TypeError: Group name",
    ),
    "async_to_sync in a running loop": Fault(
        (
            "            await self.channel_layer.group_send(\n",
            "            async_to_sync(self.channel_layer.group_send)(\n",
        ),
        "+     ! raised RuntimeError: You cannot use AsyncToSync in the same thread",
    ),
    # Sessions, users and order
    "an access check that nobody awaits": Fault(
        ("is_open = await Blog.objects", "is_open = Blog.objects"),
        "+     client <- accept",
        LIVEBLOG,
    ),
    "a query in a running loop": Fault(
        (
            "blog = await Blog.objects.filter(slug=slug).afirst()",
            "blog = Blog.objects.filter(slug=slug).first()",
        ),
        "+     ! raised SynchronousOnlyOperation",
        LIVEBLOG,
    ),
    "no auth middleware": Fault(
        ("AuthMiddlewareStack(websockets)", "websockets"),
        "+     ! raised KeyError: 'user'",
        "newsroom/stack.py",
        "settings_stack",
    ),
    "auth middleware without the session's": Fault(
        ("AuthMiddlewareStack", "AuthMiddleware"),
        "+     ! raised ValueError: AuthMiddleware cannot find session in scope",
        "newsroom/stack.py",
        "settings_stack",
    ),
    "no as_asgi()": Fault(
        ("RoomConsumer.as_asgi()", "RoomConsumer"),
        "+     ! raised TypeError",
        "newsroom/stack.py",
        "settings_stack",
    ),
    "a session that is not saved": Fault(
        ("        self.session.save()\n", ""),
        """-     client 2 <- text '{"room": "lounge", "signature": "- A."}'""",
    ),
    "frames in another order": Fault(
        ("in reversed([entry async for entry in newest])", "in [entry async for entry in newest]"),
        """+     client <- text '{"author": null, "id": """,
        LIVEBLOG,
    ),
    # Responses
    "another status": Fault(
        ("                400,\n", "                422,\n"), "'status': 422", LIVEBLOG
    ),
    "another content type": Fault(
        ('[(b"Content-Type", b"application/json")]', "[]"),
        "['content-type', 'application/json']",
        LIVEBLOG,
    ),
}


def labels_of(app):
    """The labels of an app's tests; as modules they are found in whichever project runs them."""
    files = sorted((EXAMPLES / "newsroom" / app / "tests").glob("test_*.py"))
    return [f"{app}.tests.{file.stem}" for file in files]


def transcripts(text):
    # The port's group messages have other contents: what clients get is compared.
    return {each.test: transcript(each.events, ["groups"]) for each in loads(text)}


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """The transcripts of an app's tests on the consumers of 2017."""

    @functools.cache
    def of(app):
        return transcripts(record(tmp_path_factory.mktemp(app), *labels_of(app)))

    return of


def differences(old, folder, app, change=None, file=CHAT, settings="settings_ported"):
    """What the comparison says of the ported project, with one change in it."""
    for name in ("newsroom", "newsroom_ported"):
        shutil.copytree(EXAMPLES / name, folder / name)
    project = folder / "newsroom_ported"
    if change is not None:
        before, after = change
        source = (project / file).read_text()
        assert before in source
        (project / file).write_text(source.replace(before, after))
    ported = transcripts(record(folder, *labels_of(app), project=project, settings=settings))
    assert ported.keys() == old.keys()
    found = (difference(lines, ported[test]) for test, lines in old.items())
    return "\n".join(filter(None, found))


@pytest.mark.parametrize("settings", ["settings_ported", "settings_stack"])
@pytest.mark.parametrize("app", ["articles", "chat", "liveblog"])
def test_the_port_is_right(original, tmp_path, app, settings):
    assert differences(original(app), tmp_path, app, settings=settings) == ""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(original, tmp_path, fault):
    change, line, file, settings = seeded = FAULTS[fault]
    app = seeded.app
    assert line in differences(original(app), tmp_path, app, change, file, settings)


def test_the_record_does_not_depend_on_hashes_or_processes(tmp_path):
    labels = labels_of("chat")
    records = {record(tmp_path, *labels, PYTHONHASHSEED=seed) for seed in ("0", "1", "2")}
    assert len(records) == 1
