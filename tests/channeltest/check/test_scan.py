from __future__ import annotations

import pytest

from channeltest.check.scan import scan
from channeltest.sources.files import SourceError

CONSUMERS = """\
from channels import Group
from channels.sessions import channel_session


@channel_session
def f(message):
    message.reply_channel.send({"accept": True})
    Group("x").add(message.reply_channel)
"""
ROUTING = 'from channels import route\nr = [route("websocket.connect", "consumers.f")]\n'


def found(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return [(each.path.name, each.line, each.code, each.kind) for each in scan([folder])]


def test_what_is_converted_needs_no_hand(tmp_path):
    assert found(tmp_path, consumers=CONSUMERS, routing=ROUTING) == [
        ("consumers.py", 6, "CT101", "automatic")
    ]


def test_what_is_left(tmp_path):
    text = CONSUMERS.replace("@channel_session\n", "@other\n@channel_session\n")
    assert found(tmp_path, consumers=text, routing=ROUTING) == [
        ("consumers.py", 1, "CT201", "by hand"),
        ("consumers.py", 2, "CT205", "by hand"),
        ("consumers.py", 7, "CT101", "by hand"),
        ("routing.py", 1, "CT203", "by hand"),
    ]


def test_python_2(tmp_path):
    assert found(tmp_path, consumers=CONSUMERS + "print 'x'\n", routing=ROUTING) == [
        ("consumers.py", 1, "CT201", "by hand"),
        ("consumers.py", 2, "CT205", "by hand"),
        ("consumers.py", len(CONSUMERS.splitlines()) + 1, "CT001", "by hand"),
        ("routing.py", 1, "CT203", "by hand"),
    ]


def test_other_files(tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text("\n{% load staticfiles %}")
    (tmp_path / "requirements.txt").write_text("channels==1.1.8\n")
    assert found(tmp_path) == [
        ("requirements.txt", 1, "CT501", "by hand"),
        ("a.html", 2, "CT403", "by hand"),
    ]


def test_tests_stay_as_they_are(tmp_path):
    test = "from channels import Group, route\nfrom channels.test import ChannelTestCase\n"
    assert found(tmp_path, tests=test) == []


def test_nothing_of_channels(tmp_path):
    assert found(tmp_path, a="import json\nprint 'x'\n") == []


def test_a_file_that_cannot_be_read(tmp_path):
    (tmp_path / "a.py").write_bytes(b"'\xe9'")
    with pytest.raises(SourceError, match="is not utf-8"):
        scan([tmp_path])
