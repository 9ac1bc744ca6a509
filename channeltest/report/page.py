"""The page of a report: one HTML file with its styles, its script and its data."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from pathlib import Path

from ..comparison.suites.run import Reporter, Run
from .first import SIGNS, article, css_class
from .packing import packed
from .results import STATUSES, Result, Status, results
from .rows import visible

# The parts of the script, in the order in which they run.
_SCRIPTS = ("elements.js", "data.js", "list.js", "test.js", "main.js")


def page(run: Run, title: str, about: str, before: str = "") -> str:
    """Return the page of a run.

    Args:
        run: The run.
        title: Its heading.
        about: What was run, in a line.
        before: The name of the file that it was compared with.
    """
    found = results(run)
    count: Counter[Status] = Counter(each.status for each in found)
    # In a block, no name of theirs is one of the window's.
    script = "\n".join(['"use strict";', "{", *map(_file, _SCRIPTS), "}", ""])
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    uncovered = [visible(each) for each in run.uncovered]
    values = {
        "hash": f"sha256-{digest}",
        "title": escape(visible(f"{_in_words(count)} \u2013 {title}")),
        "heading": escape(visible(title)),
        "about": escape(visible(about)),
        "bar": _bar(count),
        "legend": _legend(count),
        "first": _first(found, visible(before)),
        "css": _file("report.css"),
        "script": script,
        "data": packed(found, {"before": visible(before), "uncovered": uncovered}),
    }
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], _file("template.html"))


def reporter(path: Path, before: Sequence[str] = ()) -> Reporter:
    """Return what writes the report of a run that has just ended.

    Args:
        path: The file, which is replaced in one go.
        before: The files that the run is compared with.
    """

    def write_report(run: Run) -> str:
        name = ", ".join(Path(each).name for each in before)
        about = " \u00b7 ".join(filter(None, [on(run.versions), name and f"compared with {name}"]))
        text = page(run, "What the consumers did in each test", about, name)
        try:
            size = write(path, text)
        except OSError as error:
            # The tests have run; their results are worth more than the page.
            return f"the report could not be written to {path}: {error.strerror}"
        return f"wrote the report to {path} ({size // 1000} kB)"

    return write_report


def write(path: Path, text: str) -> int:
    """Write a page to a file, which is the old one or the new one at every moment.

    Args:
        path: The file.
        text: The page.

    Returns:
        How many bytes it has.

    Raises:
        OSError: It cannot be written.
    """
    data = text.encode()
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(data)
    new.replace(path)
    return len(data)


def on(versions: Mapping[str, str]) -> str:
    """Return the versions of Channels and Django in words."""
    return f"Channels {versions['channels']}, Django {versions['django']}"


def _file(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def _in_words(count: Counter[Status]) -> str:
    words = [f"{count[status]} {status}" for status in STATUSES if count[status]]
    return ", ".join(words) or "no test"


def _bar(count: Counter[Status]) -> str:
    return "".join(
        f'<span class="{css_class(status)}" style="flex:{count[status]}"></span>'
        for status in STATUSES
        if count[status]
    )


def _legend(count: Counter[Status]) -> str:
    return "".join(
        f'<li><span class="sign {css_class(status)}" aria-hidden="true">{SIGNS[status]}</span> '
        f"<b>{count[status]}</b> {status}</li>"
        for status in STATUSES
        if count[status]
    )


def _first(found: Sequence[Result], before: str) -> str:
    return article(found[0], before) if found else '<p class="note">There is no test.</p>'
