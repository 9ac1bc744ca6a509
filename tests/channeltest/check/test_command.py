from __future__ import annotations

import json
import sys

import pytest

from channeltest.cli import main


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.py").write_text("from channels import Group\n")
    return tmp_path


def test_findings(capsys):
    assert main(["check"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("a.py:1:22: CT201 by hand: ") and err == ""


def test_nothing(folder, capsys):
    (folder / "a.py").write_text("")
    assert main(["check", "."]) == 0
    assert capsys.readouterr().out == "0 automatic, 0 by hand, 0 cannot be had.\n"


@pytest.mark.parametrize("name", ["json", "sarif"])
def test_formats(name, capsys):
    assert main(["check", "--format", name]) == 1
    assert json.loads(capsys.readouterr().out)


def test_baseline(folder, capsys):
    assert main(["check", "--write-baseline", "base.json"]) == 0
    assert "1 findings were written to base.json" in capsys.readouterr().err
    assert main(["check", "--baseline", "base.json"]) == 0
    (folder / "b.py").write_text("from channels import Channel\n")
    capsys.readouterr()
    assert main(["check", "--baseline", "base.json"]) == 1
    assert "CT201" not in capsys.readouterr().out


def test_colours_on_a_terminal(capsys, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    main(["check"])
    assert "\x1b[" in capsys.readouterr().out


def test_errors(capsys):
    assert main(["check", "nowhere"]) == 2
    assert main(["check", "--baseline", "nowhere.json"]) == 2
    assert main(["check", "--write-baseline", "nowhere/base.json"]) == 2
    assert capsys.readouterr().out == ""


def test_paths_elsewhere(folder, capsys, monkeypatch):
    (folder / "other").mkdir()
    monkeypatch.chdir(folder / "other")
    main(["check", "--format", "sarif", str(folder)])
    [run] = json.loads(capsys.readouterr().out)["runs"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a.py"


@pytest.mark.parametrize("path", ["", "loop"])
def test_paths_that_name_nothing(folder, capsys, path):
    (folder / "loop").symlink_to("loop")
    assert main(["check", path]) == 2
    out, err = capsys.readouterr()
    assert (out, err.startswith("channeltest check: ")) == ("", True)


def test_a_syntax_error_has_its_line(folder, capsys):
    (folder / "bad.py").write_text("import channels\n\nprint 'x'\n")
    assert main(["check", "bad.py"]) == 1
    assert "bad.py:3:1: CT001 by hand: is no Python 3 (" in capsys.readouterr().out
