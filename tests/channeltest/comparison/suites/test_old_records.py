"""What a run is compared with: files of either runner, of any Django, and two that differ."""

from __future__ import annotations

import pytest

from channeltest.comparison.suites.files import versions, write
from channeltest.comparison.suites.old_records import OldRecords, name_of
from channeltest.record.events import Event
from channeltest.record.schema import Record, dumps


def frame(content, consumer="Room"):
    return Event("frame", consumer, "client", "c", consumer, content)


def record(*contents, test="chat.tests.Tests.test_a", consumer="Room"):
    return Record(test, tuple(frame(each, consumer) for each in contents))


@pytest.fixture
def files(tmp_path):
    """Writes records to files, one for each."""

    def files(*records):
        for number, each in enumerate(records):
            write(tmp_path / f"{number}.json", dumps([each]))
        return [tmp_path / f"{number}.json" for number in range(len(records))]

    return files


@pytest.mark.parametrize(
    ("test", "name"),
    [
        ("chat/tests.py::Tests::test_a", "chat.tests.Tests.test_a"),
        ("chat/tests/test_a.py::test_a[x/y::z]", "chat.tests.test_a.test_a[x.y.z]"),
        ("chat.tests.Tests.test_a", "chat.tests.Tests.test_a"),
    ],
)
def test_names(test, name):
    assert name_of(test) == name


def test_either_runner(files):
    old = OldRecords(files(record({"text": "a"}, test="chat/tests.py::Tests::test_a")))
    assert list(old) == ["chat.tests.Tests.test_a"]
    assert len(old) == 1
    assert "recorded: text 'a'" in old.describe(record({"text": "b"}), ())
    assert old["chat.tests.Tests.test_a"] == old["chat/tests.py::Tests::test_a"]


def test_a_test_that_is_new(files):
    old = OldRecords(files(record({"text": "a"})))
    assert old.describe(record({"text": "b"}, test="other"), ()) == ""


def test_no_files():
    assert len(OldRecords([])) == 0
    assert OldRecords([]).describe(record({"text": "b"}), ()) == ""


def test_two_files_of_the_same_code(files):
    old = OldRecords(files(record({"text": "at 1"}), record({"text": "at 2"})))
    assert old.describe(record({"text": "at 3"}), ()) == ""
    assert "do not do what 0.json, 1.json has" in old.describe(record({"text": "in 3"}), ())


PAGES = [{"status": 404, "content": each} for each in (b"<h1>Not Found</h1>", b"<!doctype html>")]


@pytest.mark.parametrize(
    ("consumer", "django", "differs"),
    [
        ("ViewConsumer", "1.11.29", False),
        ("ViewConsumer", versions()["django"], True),
        ("own_page", "1.11.29", True),
    ],
)
def test_error_pages_of_another_django(files, consumer, django, differs):
    (file,) = files(record(PAGES[0], consumer=consumer))
    file.write_text(file.read_text().replace(versions()["django"], django, 1))
    found = OldRecords([file]).describe(record(PAGES[1], consumer=consumer), ())
    assert bool(found) is differs


@pytest.mark.parametrize("status", [200, 500])
def test_other_pages_of_another_django(files, status):
    (file,) = files(record(PAGES[0], consumer="ViewConsumer"))
    file.write_text(file.read_text().replace(versions()["django"], "1.11.29", 1))
    new = record({**PAGES[0], "status": status}, consumer="ViewConsumer")
    assert "404" in OldRecords([file]).describe(new, ())


def test_transcripts(files):
    old = OldRecords(files(record({"text": "a"})))
    assert old.transcripts(record({"text": "b"}), ()) == (
        ["    client <- text 'a'"],
        ["    client <- text 'b'"],
    )
    assert old.transcripts(record({"text": "b"}), ["frames"]) == ([], [])


def test_transcripts_without_what_differs_by_itself(files):
    old = OldRecords(files(record({"text": "at 1"}), record({"text": "at 2"})))
    one, other = old.transcripts(record({"text": "at 3"}), ())
    assert one == other


def test_the_django_that_new_records_are_of(files):
    [file] = files(record({"status": 404, "content": b"a"}, consumer="ViewConsumer"))
    new = record({"status": 404, "content": b"b"}, consumer="ViewConsumer")
    assert OldRecords([file], "1.11").describe(new, ()) == ""
    assert OldRecords([file], versions()["django"]).describe(new, ()) != ""
