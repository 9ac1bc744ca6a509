"""The page: one file, nothing outside it, and no larger than promised."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from channeltest.comparison.suites.run import Verdict
from channeltest.report.page import on, page, reporter, write

from .records import VERSIONS, record, run, suite


def page_of(*records, **options):
    return page(run(*records, **options), "A title", "about it", "before.json")


def test_it_says_what_was_run():
    text = page_of(record(), verdicts={"b": Verdict("no", True)})
    assert "<title>1 failed, 1 passed \u2013 A title</title>" in text
    assert "<h1>A title</h1>" in text and ">about it</p>" in text


def test_nothing_outside_it():
    text = page_of(record({"text": "https://example.com/"}), uncovered=["a"])
    # The addresses of anything, but for places in the page and the empty icon.
    found = re.findall(r"""(?:src|href|action)=["']?([^"'> ]*)""", text)
    assert {each for each in found if not each.startswith("#")} == {"data:,"}
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|WebSocket|Worker|Blob|iframe", text)
    assert re.findall(r"https?://[^\s<]*", text) == ["https://example.com/"]


def test_only_its_own_script_may_run():
    text = page_of(record())
    [script] = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text and "default-src 'none'" in text


def test_what_is_filled_in_is_not_filled_again():
    text = page(run(record({"text": "{{data}}"})), "{{css}}", "{{nothing}}")
    assert "<h1>{{css}}</h1>" in text and "{{nothing}}" in text and "<code>{{data}}</code>" in text


def test_hostile_titles():
    text = page(run(record()), "</title><script>", '"><img>')
    assert "</title><script>" not in text and "<img>" not in text


def test_no_test():
    assert "There is no test." in page_of()
    assert "<title>no test" in page_of()


def test_500_tests():
    assert len(page_of(*suite(500, 20)).encode()) < 300_000


def test_the_same_run_makes_the_same_page():
    assert page_of(*suite(5, 4)) == page_of(*suite(5, 4))


def test_reporter(tmp_path):
    path = tmp_path / "report.html"
    line = reporter(path, ["x/before.json"])(run(record()))
    assert re.fullmatch(f"wrote the report to {re.escape(str(path))} \\(\\d+ kB\\)", line)
    assert "Channels 4.3.2, Django 5.2 \u00b7 compared with before.json" in path.read_text("utf-8")


def test_a_report_that_cannot_be_written(tmp_path):
    path = tmp_path / "nowhere" / "report.html"
    line = reporter(path)(run(record()))
    assert line == f"the report could not be written to {path}: No such file or directory"


def test_write(tmp_path):
    path = tmp_path / "report.html"
    assert write(path, "\u00e9") == 2
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]
    with pytest.raises(OSError, match="No such file"):
        write(tmp_path / "nowhere" / "report.html", "")


def test_versions():
    assert on(VERSIONS) == "Channels 4.3.2, Django 5.2"
