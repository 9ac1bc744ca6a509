from __future__ import annotations

import json

import pytest

from channeltest.check.fingerprints import fingerprints
from channeltest.check.formats import as_json, as_sarif, as_text
from channeltest.check.scan import scan


@pytest.fixture
def found(tmp_path):
    (tmp_path / "a b.py").write_text(
        "from channels import Group\nfrom channels.binding import base\n"
    )
    return fingerprints(scan([tmp_path]), tmp_path)


def test_text(found, tmp_path):
    lines = as_text(found, tmp_path, False).splitlines()
    assert lines[0].startswith("a b.py:1:22: CT201 by hand: channels.Group: becomes group_send")
    assert lines[-1] == "0 automatic, 1 by hand, 1 cannot be had."
    assert "\x1b[33mby hand\x1b[0m" in as_text(found, tmp_path, True)


def test_json(found, tmp_path):
    first = json.loads(as_json(found, tmp_path))["findings"][0]
    assert first["path"] == "a b.py" and first["page"] == "howto/check.html#ct201"
    assert {"code", "kind", "line", "column", "text", "fingerprint"} <= first.keys()


def test_sarif(found, tmp_path):
    [run] = json.loads(as_sarif(found, tmp_path))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["CT201", "CT208"]
    second = run["results"][1]
    assert (second["ruleId"], second["ruleIndex"], second["level"]) == ("CT208", 1, "error")
    place = second["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "a%20b.py"}
    assert place["region"] == {"startLine": 2, "startColumn": 30}
    assert second["partialFingerprints"]["channeltest/v1"] == [*found.values()][1]
