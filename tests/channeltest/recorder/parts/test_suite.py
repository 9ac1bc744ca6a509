"""The newsroom recorded on the original: the same in every run, and what is done today."""

from __future__ import annotations

import json

import pytest

from channeltest.comparison.suites.files import read

from ..originals import compare, record


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    file = tmp_path_factory.mktemp("original") / "before.json"
    output = record(file)
    assert f"recorded 152 tests in {file}" in output
    return file


def test_the_consumers_of_2017_do_the_same_today(recorded):
    assert f"compared 152 tests with {recorded}" in compare(recorded)


def test_the_port_does_the_same(recorded):
    output = compare(recorded, "newsroom_ported", "settings_ported", CHANNELTEST_IGNORE="groups")
    assert f"compared 152 tests with {recorded}" in output


def test_a_difference_is_found(recorded, tmp_path):
    file = tmp_path / "before.json"
    file.write_text(recorded.read_text().replace('{"muted": "ann"}', '{"muted": "bob"}'))
    output = compare(file, status=1)
    assert "ModerationTests.test_mute: the consumers do not do what before.json has" in output


def test_one_record_in_every_run(recorded, tmp_path):
    file = tmp_path / "before.json"
    record(file, "--parallel", "2", PYTHONHASHSEED="7")
    assert file.read_bytes() == recorded.read_bytes()


def test_a_part_of_the_suite(recorded, tmp_path):
    file = tmp_path / "before.json"
    file.write_bytes(recorded.read_bytes())
    output = record(file, "chat.tests.test_moderation")
    kept = len(read(recorded)) - len(
        [each for each in read(recorded) if each.startswith("chat.tests.test_moderation.")]
    )
    assert f"; kept {kept} that did not run, or not pass" in output
    assert file.read_bytes() == recorded.read_bytes()


def test_its_versions(recorded):
    head = json.loads(recorded.read_text().partition("\n")[0])
    assert (head["channels"], head["django"]) == ("1.1.8", "1.11.29")


def test_a_file_that_is_no_record(tmp_path):
    file = tmp_path / "before.json"
    file.write_text("no record")
    output = record(file, "chat.tests.test_moderation", status=1)
    assert "before.json is no record of a suite in this layout, or was cut off" in output
    assert file.read_text() == "no record"
