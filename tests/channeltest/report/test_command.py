"""``channeltest report``: a page of one record, and of two."""

from __future__ import annotations

import pytest

from channeltest.cli import main
from channeltest.comparison.suites.files import write
from channeltest.record.schema import dumps

from .records import record


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "before.json", dumps([record({"text": "a"}), record(test="tests.T.test_b")]))
    return tmp_path


def test_one_record(folder, capsys):
    assert main(["report", "before.json", "-o", "report.html"]) == 0
    assert capsys.readouterr().out.startswith("report.html: 2 tests, 0 differ, ")
    assert "What the consumers did: before.json" in (folder / "report.html").read_text("utf-8")


@pytest.mark.parametrize(("ignore", "status"), [([], 1), (["--ignore", "frames"], 0)])
def test_two_records(folder, capsys, ignore, status):
    write(folder / "after.json", dumps([record({"text": "b"}), record(test="tests.T.test_b")]))
    arguments = ["report", "before.json", "after.json", "-o", "report.html", *ignore]
    assert main(arguments) == status
    assert f"2 tests, {status} differ" in capsys.readouterr().out
    text = (folder / "report.html").read_text("utf-8")
    assert "before.json compared with after.json" in text
    assert ("now:      text &#x27;b&#x27;" in text) == bool(status)


def test_what_no_test_reached(folder):
    write(folder / "before.json", dumps([record()]), ["a.py:1: route x -> y"])
    assert main(["report", "before.json", "-o", "report.html"]) == 0


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("nothing.json", None, "No such file or directory"),
        ("other.json", "{}", "other.json is no record of a suite"),
        ("other.json", '{"schema": "channeltest.suite", "version": 9}', "has layout 9"),
        ("other.json", "\x00\xff", "is no record of a suite"),
    ],
)
def test_what_is_no_record(folder, capsys, name, text, says):
    if text is not None:
        (folder / name).write_text(text)
    assert main(["report", name, "-o", "report.html"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("channeltest report: ") and says in err
    assert not (folder / "report.html").exists()


def test_a_record_that_was_cut_off(folder, capsys):
    text = (folder / "before.json").read_text()
    (folder / "before.json").write_text(text[: len(text) // 2])
    assert main(["report", "before.json", "-o", "report.html"]) == 2
    assert "before.json was cut off" in capsys.readouterr().err


def test_a_folder_that_is_not_there(capsys):
    assert main(["report", "before.json", "-o", "nowhere/report.html"]) == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_progress_on_a_terminal(folder, capsys, monkeypatch):
    write(folder / "after.json", dumps([record({"text": "a"})]))
    arguments = ["report", "before.json", "after.json", "-o", "report.html"]
    main(arguments)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    main(arguments)
    assert capsys.readouterr().err == "\r0 of 1 tests\r\x1b[K"
