from __future__ import annotations

import io
import os
import sys

import pytest

from channeltest.cli import main
from channeltest.sources import files

CONSUMERS = 'def f(message):\n    message.reply_channel.send({"accept": True})\n'
ROUTING = 'from channels import route\nr = [route("websocket.connect", "app.consumers.f")]\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "app").mkdir()
    for name, text in [("__init__", ""), ("consumers", CONSUMERS), ("routing", ROUTING)]:
        (tmp_path / "app" / f"{name}.py").write_text(text)
    return tmp_path


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*.py"))}


def upgrade(*arguments):
    return main(["upgrade", *map(str, arguments)])


@pytest.mark.parametrize("flags", [[], ["--check"]])
def test_nothing_is_written(folder, capsys, monkeypatch, flags):
    monkeypatch.chdir(folder)
    before = contents(folder)
    assert upgrade(*flags, ".") == 1
    assert contents(folder) == before
    out, err = capsys.readouterr()
    assert ("+++ b/app/consumers.py" in out) is (not flags)
    assert "app/consumers.py:1:1: CT101 automatic: f become FConsumer" in err
    assert "1 converted, 0 left as they are; 2 files would change." in err


def test_written_once(folder, capsys):
    assert upgrade("--write", folder) == 1
    assert b"class FConsumer" in contents(folder)["consumers.py"]
    assert "2 files were written" in capsys.readouterr().err
    after = contents(folder)
    assert upgrade("--write", folder) == 0
    assert contents(folder) == after


def test_the_diff_can_be_applied(folder, capsys):
    upgrade(folder)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("--- ")]
    assert not any("\x1b" in line for line in lines)


def test_colours_on_a_terminal(folder, capsys, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    upgrade(folder)
    assert "\x1b[32m+" in capsys.readouterr().out


def test_fixers(folder, capsys):
    assert upgrade("--list-fixers") == 0
    assert "function_consumers  CT101  Functions for" in capsys.readouterr().out
    assert upgrade("--skip", "function_consumers", folder) == 0
    assert upgrade("--only", "nothing", folder) == 2
    assert "there is no fixer 'nothing'" in capsys.readouterr().err


def test_async_consumers(folder, capsys):
    assert upgrade("--async", "--write", folder) == 1
    assert b"class FConsumer(AsyncWebsocketConsumer)" in contents(folder)["consumers.py"]
    assert "CT107 automatic: FConsumer becomes an async consumer" in capsys.readouterr().err
    assert upgrade("--async", folder) == 0
    assert upgrade(folder) == 0


def test_what_stays_sync(folder, capsys):
    (folder / "app" / "consumers.py").write_text(CONSUMERS + "    open('file')\n")
    upgrade("--async", "--check", folder)
    err = capsys.readouterr().err
    assert "CT107 stays sync: FConsumer: line 7: what open does is not known" in err
    assert "1 converted, 0 left as they are; 2 files would change. 1 stays sync." in err


def test_async_on_the_standard_input(capsysbinary, monkeypatch):
    text = "from channels.generic.websockets import WebsocketConsumer\n\n\n"
    text += (
        "class Echo(WebsocketConsumer):\n    def receive(self, text=None, bytes=None, **kwargs):\n"
    )
    monkeypatch.setattr(
        sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{text}        self.send(text)\n".encode()))
    )
    assert upgrade("--async", "-") == 1
    out = capsysbinary.readouterr().out.decode()
    assert "class Echo(AsyncWebsocketConsumer)" in out
    assert "        await self.send(" in out


def test_async_with_some_fixers(folder, capsys):
    assert upgrade("--async", "--skip", "async_consumers", "--check", folder) == 1
    assert "CT107" not in capsys.readouterr().err
    assert upgrade("--async", "--only", "function_consumers", "--check", folder) == 1
    assert "CT107 automatic" in capsys.readouterr().err
    assert upgrade("--only", "async_consumers", "--check", folder) == 0


def test_no_path(capsys):
    assert upgrade() == 2
    assert "name a folder or a file" in capsys.readouterr().err


def test_standard_input(capsysbinary, monkeypatch):
    text = f"from channels import route\n{CONSUMERS}r = [route('websocket.connect', f)]\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert upgrade("-") == 1
    out, _ = capsysbinary.readouterr()
    assert b"class" in out and b"r = [route_class(" in out


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (b"import channels\nprint 'x'\n", "bad.py:2: is no Python 3"),
        (b"import channels\n'\xe9'\n", "bad.py:2: is not utf-8"),
    ],
)
def test_files_that_cannot_be_read(folder, capsys, text, error):
    (folder / "bad.py").write_bytes(text)
    before = contents(folder)
    assert upgrade("--write", folder) == 2
    assert error in capsys.readouterr().err
    assert contents(folder) == before


def test_nothing_is_half_written(folder, capsys, monkeypatch):
    before, replace = contents(folder), os.replace
    calls = []

    def refuse_the_second(source, target):
        calls.append(target)
        if len(calls) == 2:
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(files.os, "replace", refuse_the_second)
    assert upgrade("--write", folder) == 2
    assert "routing.py: cannot be written: Permission denied" in capsys.readouterr().err
    assert contents(folder) == before


@pytest.mark.parametrize("flags", [[], ["--write"], ["--check"]])
@pytest.mark.parametrize(
    ("path", "error"),
    [("", "an empty path"), ("none", "none: cannot be read: No such"), ("loop", "loop: cannot be")],
)
def test_paths_that_name_nothing(folder, capsys, monkeypatch, flags, path, error):
    monkeypatch.chdir(folder)
    (folder / "loop").symlink_to("loop")
    before = contents(folder)
    assert upgrade(*flags, path) == 2
    assert error in capsys.readouterr().err
    assert contents(folder) == before


def test_links_that_lead_around(folder, capsys):
    (folder / "app" / "again").symlink_to(folder)
    (folder / "app" / "loop.py").symlink_to("loop.py")
    assert upgrade("--write", folder) == 1
    assert "1 converted, 0 left as they are; 2 files were written." in capsys.readouterr().err
    assert upgrade(folder) == 0
