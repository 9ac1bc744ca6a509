"""What ports get wrong, seeded into the ported newsroom: the comparison names each fault."""

from __future__ import annotations

import shutil

import pytest

from channeltest.comparison.difference import difference
from channeltest.comparison.transcript import transcript
from channeltest.record.schema import loads

from .recording import EXAMPLES, record

SUITE = ("chat.tests.test_rooms", "chat.tests.test_presence")

# What the fault is: the text that is replaced in chat/consumers.py, by what, and a line that the
# comparison shows.
FAULTS = {
    "no group_discard": (
        "        async_to_sync(self.channel_layer.group_discard)(self.group, self.channel_name)\n",
        "",
        "-     group chat-lounge: client 2",
    ),
    "no group_add": (
        "        async_to_sync(self.channel_layer.group_add)(self.group, self.channel_name)\n",
        "",
        "-     group chat-lounge: client",
    ),
    "another close code": (
        "NO_SUCH_ROOM = 4004",
        "NO_SUCH_ROOM = 4000",
        "+     client <- close 4000",
    ),
    "a close without its code": (
        "self.close(STAFF_ONLY)",
        "self.close()",
        "-     client <- close 4003",
    ),
    "a key that is new in a frame": (
        'self.send_json({"said": self.said})',
        'self.send_json({"type": "said", "said": self.said})',
        """text '{"said": 2, "type": "said"}'""",
    ),
    "JSON that is encoded twice": (
        'self.send(text_data=event["text"])',
        'self.send_json(event["text"])',
        "+     client 1 <- text",
    ),
    "an error that is not answered": (
        '            self.send_json({"error": error.code})',
        "            pass",
        """-     client <- text '{"error": "unknown-command"}'""",
    ),
    "no broadcast on disconnect": (
        '        tell_room(self.room.slug, {"left": self.user.username})\n',
        "",
        """-     client 2 <- text '{"left": "ann"}'""",
    ),
    "a broadcast that is new": (
        "        self.accept()\n        self.send_json",
        '        self.accept()\n        tell_room(slug, {"came": self.user.username})\n'
        "        self.send_json",
        """+     client <- text '{"came": "ann"}'""",
    ),
    "no accept": ("        self.accept()\n", "", "-     client <- accept"),
    "a subprotocol": (
        "self.accept()",
        'self.accept("chat")',
        "+     client <- accept subprotocol 'chat'",
    ),
    "a close that nothing returns after": (
        "            self.close(NO_SUCH_ROOM)\n            return\n",
        "            self.close(NO_SUCH_ROOM)\n            self.room = Room(slug=slug)\n",
        "+     ! raised",
    ),
}


def transcripts(text):
    # The port's group messages have other contents: what clients get is compared.
    return {each.test: transcript(each.events, ["groups"]) for each in loads(text)}


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return transcripts(record(tmp_path_factory.mktemp("original"), *SUITE))


def differences(original, folder, change=None):
    """What the comparison says of the ported project, with one change in it."""
    for name in ("newsroom", "newsroom_ported"):
        shutil.copytree(EXAMPLES / name, folder / name)
    if change is not None:
        file = folder / "newsroom_ported" / "chat" / "consumers.py"
        old, new = change
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))
    project = folder / "newsroom_ported"
    ported = transcripts(record(folder, *SUITE, project=project, settings="settings_ported"))
    assert ported.keys() == original.keys()
    found = (difference(lines, ported[test]) for test, lines in original.items())
    return "\n".join(filter(None, found))


def test_the_port_is_right(original, tmp_path):
    assert differences(original, tmp_path) == ""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named(original, tmp_path, fault):
    *change, line = FAULTS[fault]
    assert line in differences(original, tmp_path, change)


def test_the_record_does_not_depend_on_hashes_or_processes(tmp_path):
    records = {record(tmp_path, *SUITE, PYTHONHASHSEED=seed) for seed in ("0", "1", "2")}
    assert len(records) == 1
