from __future__ import annotations

import pytest

from channeltest.check.fingerprints import fingerprints, read_baseline, relative, write_baseline
from channeltest.check.scan import scan
from channeltest.sources.files import SourceError

TEXT = "from channels import Group\nfrom channels import Channel\nfrom channels import Group\n"


def digests(folder):
    return [*fingerprints(scan([folder]), folder).values()]


def test_lines_above_do_not_matter(tmp_path):
    file = tmp_path / "a.py"
    file.write_text(TEXT)
    before = digests(tmp_path)
    file.write_text("import json\n" * 10 + TEXT)
    assert digests(tmp_path) == before
    assert len({*before}) == 3


def test_another_line_is_another_finding(tmp_path):
    (tmp_path / "a.py").write_text(TEXT)
    before = digests(tmp_path)
    (tmp_path / "a.py").write_text(TEXT.replace("import Channel", "import Channel as C"))
    assert len({*before} & {*digests(tmp_path)}) == 2


def test_baselines(tmp_path):
    (tmp_path / "a.py").write_text(TEXT)
    found = fingerprints(scan([tmp_path]), tmp_path)
    write_baseline(tmp_path / "base.json", found, tmp_path)
    assert read_baseline(tmp_path / "base.json") == {*found.values()}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 0, "findings": []}', '{"version": 1}']
)
def test_no_baseline(tmp_path, text):
    (tmp_path / "base.json").write_text(text)
    with pytest.raises(SourceError, match=r"base.json: is no baseline of this version"):
        read_baseline(tmp_path / "base.json")


def test_paths(tmp_path):
    assert relative(tmp_path / "a" / "b.py", tmp_path) == "a/b.py"
    assert relative(tmp_path / "b.py", tmp_path / "a") == (tmp_path / "b.py").as_posix()
