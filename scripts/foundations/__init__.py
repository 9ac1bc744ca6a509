"""What the package uses of other packages although they do not promise that it stays.

Each row says what it is, why it is needed and what to do when a release no longer has it.
``tests/test_foundations.py`` has a test for each and fails for what the sources use without a row;
``docs/explanation/architecture.rst`` shows the rows as a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..private_names import Uses
from . import channels, django, python, testing
from .row import Foundation

ROWS = [*python.ROWS, *channels.ROWS, *django.ROWS, *testing.ROWS]

# Private names that need no row: they are ours, or a module's that may well be missing.
EXEMPT = {
    "_binding_group_names": "our own mark, on the instances of a project's models",
    "_channels1_": "the beginning of our own marks on modules",
    "_channels1_homes": "our own mark on modules",
    "_channels1_twins": "our own mark on modules",
    "_channels": "of our own layers in memory",
    "_groups": "of our own layers in memory",
    "_pydevd_bundle": "the name of a debugger's module",
    "_pydevd_sys_monitoring": "the name of a debugger's module",
    "_exit": "``os._exit``, which Python documents",
    "Patch(ChannelLayer.journal)": "of our own layers in memory",
    **{
        f"Patch(layer.{name})": "of our own description of a layer in use"
        for name in ("router", "routing")
    },
    **{
        f"Patch(layer.{name})": "of any layer: documented names, and our own ``journal``"
        for name in ("group_send", "journal", "send", "send_group")
    },
}


def where(row: Foundation, found: Uses, sources: Mapping[str, str]) -> list[str]:
    """Return the names of the modules that use it."""
    if row.use in found:
        return sorted(found[row.use])
    word = re.compile(rf"\b{re.escape(row.use)}\b")
    return sorted(name for name, source in sources.items() if word.search(source))


def table(found: Uses, sources: Mapping[str, str]) -> Iterator[str]:
    """Yield the lines of the rows as a table in reStructuredText."""
    yield from (".. list-table::", "   :header-rows: 1", "   :widths: 25 20 25 30", "")
    titles = ("What", "Where", "Why", "When it goes")
    for cells in [titles, *((r.what, _modules(r, found, sources), r.why, r.instead) for r in ROWS)]:
        for number, cell in enumerate(cells):
            yield f"   {'*' if number == 0 else ' '} - {cell}"


def _modules(row: Foundation, found: Uses, sources: Mapping[str, str]) -> str:
    names = (name.removeprefix("channeltest.") for name in where(row, found, sources))
    return ", ".join(f"``{name}``" for name in names)
