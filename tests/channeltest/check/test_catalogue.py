from __future__ import annotations

from pathlib import Path

from channeltest.check.catalogue import CODES
from channeltest.upgrade.plan import FIXERS, load

DOCS = Path(__file__).parent.parent.parent.parent / "docs" / "howto" / "check.rst"


def test_what_is_automatic_is_what_upgrade_converts():
    automatic = {code for code, each in CODES.items() if each.kind == "automatic"}
    assert automatic == {load(name).CODE for name in FIXERS}


def test_every_code_has_its_place_on_the_page():
    text = DOCS.read_text()
    for code, each in CODES.items():
        assert f".. _{code.lower()}:" in text
        assert each.page(code) == f"howto/check.html#{code.lower()}"
