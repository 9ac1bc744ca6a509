"""The first test of a report as HTML: it can be read without JavaScript.

The script shows the other tests with the same elements and classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from urllib.parse import quote

from ..record.events import TEST, is_client
from .pairs import Pair
from .results import Result, Status
from .rows import Row, rows, visible

# Shown before the name of a status, so that no status is told by its colour alone.
SIGNS: dict[Status, str] = {
    "failed": "\u2715",
    "differs": "\u2260",
    "not run": "\u25cb",
    "new": "+",
    "same": "=",
    "passed": "\u2713",
}

# Rows that are in the page; the script shows more.
_MOST = 40


def css_class(status: Status) -> str:
    """Return the class of what has the colour of a status."""
    return f"s-{status.replace(' ', '-')}"


def article(result: Result, before: str) -> str:
    """Return a test as HTML.

    Args:
        result: What the report says of the test.
        before: The name of the file that it was compared with.
    """
    return "\n".join(["<article>", *_parts(result, before), "</article>"])


def _parts(result: Result, before: str) -> Iterator[str]:
    status = result.status
    yield f'<p class="badge {css_class(status)}">{SIGNS[status]} {status}</p>'
    name = visible(result.name)
    yield f"<h2>{escape(name)}</h2>"
    if result.text:
        yield f'<pre class="failure">{escape(visible(result.text))}</pre>'
    if result.pairs:
        yield '<h3>Side by side</h3>\n<div class="sides" aria-hidden="true">'
        yield f"<span>Recorded ({escape(before)})</span><span>Now</span></div>\n<ol role='list'>"
        for number, pair in enumerate(result.pairs[:_MOST], 1):
            yield _pair(pair, *_anchor(name, f"compare/{number}"), number)
        yield f"</ol>{_more(len(result.pairs))}"
    if result.after is not None:
        yield from _diagram("What happened", name, "", rows(result.after.events))
    elif result.before is not None:
        yield from _diagram("What was recorded before", name, "before/", rows(result.before.events))


def _anchor(name: str, place: str) -> tuple[str, str]:
    """The id of a line, and the link to it: the address of both is the same without a script."""
    return escape(f"{name}/{place}"), escape(f"#{quote(name, safe='')}/{place}")


def _more(number: int) -> str:
    more = number - _MOST
    return f'<p class="note">{more} more lines need JavaScript.</p>' if more > 0 else ""


def _pair(pair: Pair, anchor: str, link: str, number: int) -> str:
    step = " step" if pair.is_step else ""
    label = f"Link to line {number} of the comparison"
    head = f'<li id="{anchor}" class="pair{step}"><a class="no" href="{link}" aria-label="{label}">'
    if pair.old == pair.new:
        sides = f'<p class="side both">{escape(pair.old or "")}</p>'
    else:
        sides = _side("old", "\u2212", "recorded", pair.old) + _side("new", "+", "now", pair.new)
    return f"{head}{number}</a>{sides}</li>"


def _side(kind: str, sign: str, spoken: str, text: str | None) -> str:
    hidden = f'<span class="hidden">{spoken}: </span>'
    if text is None:
        return f'<p class="side {kind} none">{hidden}(nothing)</p>'
    return (
        f'<p class="side {kind}"><span aria-hidden="true">{sign} </span>{hidden}{escape(text)}</p>'
    )


def _diagram(title: str, name: str, place: str, found: Sequence[Row]) -> Iterator[str]:
    plural = "" if len(found) == 1 else "s"
    yield f"<h3>{title} <small>{len(found)} event{plural}</small></h3>"
    if not found:
        yield '<p class="note">Nothing was sent or received.</p>'
        return
    lanes = _lanes(found)
    many = " many" if len(lanes) > 4 else ""
    yield f'<div class="seq" style="--n:{len(lanes)}"><div class="lanes{many}" aria-hidden="true">'
    # A narrow column may break a name between its words.
    broken = [re.sub(r"[a-z](?=[A-Z])|[-_.:/]", "\\g<0>\u200b", lane) for lane in lanes]
    heads = "".join(f"<span>{escape(lane)}</span>" for lane in broken)
    yield f'<div class="names">{heads}</div></div>\n<ol role="list">'
    for number, row in enumerate(found[:_MOST], 1):
        yield _row(row, lanes, *_anchor(name, f"{place}{number}"), number)
    yield f"</ol></div>{_more(len(found))}"


def _lanes(found: Sequence[Row]) -> list[str]:
    """The participants: the test, clients, then others as they appear."""
    names = dict.fromkeys(name for row in found for name in (row.source, row.target))
    return sorted(names, key=lambda name: 0 if name == TEST else 1 if is_client(name) else 2)


def _row(row: Row, lanes: list[str], anchor: str, link: str, number: int) -> str:
    source, target = lanes.index(row.source), lanes.index(row.target)
    direction = "self" if source == target else "right" if source < target else "left"
    step = " step" if row.is_step else ""
    place = f"--a:{min(source, target)};--b:{max(source, target)};--t:{target}"
    who = row.source if source == target else f"{row.source} \u2192 {row.target}"
    content = f"<code>{escape(row.content)}</code>" if row.content else ""
    return (
        f'<li id="{anchor}" class="row k-{row.kind} {direction}{step}" style="{place}">'
        f'<a class="no" href="{link}" aria-label="Link to line {number}">{number}</a>'
        '<i class="arrow" aria-hidden="true"></i><div class="what">'
        f'<p class="title">{escape(row.title)}</p> <p class="who">{escape(who)}</p>'
        f"{content}</div></li>"
    )
