"""The page of the settings has each that the package reads."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""\bsettings(?:\.([A-Z][A-Z_]+)\b|, "([A-Z][A-Z_]+)")""")

# Django's name of the settings' module, which is no setting.
NO_SETTINGS = {"SETTINGS_MODULE"}


def test_each_setting_that_is_read_is_on_the_page():
    sources = [path for name in ("channeltest", "compat") for path in (ROOT / name).rglob("*.py")]
    found = {
        one or other for path in sources for one, other in READ.findall(path.read_text("utf-8"))
    }
    page = (ROOT / "docs" / "reference" / "settings.rst").read_text("utf-8")
    assert "CHANNEL_LAYERS" in found
    assert {name for name in found - NO_SETTINGS if f"``{name}" not in page} == set()
