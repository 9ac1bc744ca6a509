"""No body of ours follows the original's statement by statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import likeness

ORIGINAL = """
def consume(message, **kwargs):
    '''Consume it.'''
    session = load(message.reply_channel)
    if session.modified:
        session.save()
    for name in kwargs:
        message.send(name)
"""


def rows(tmp_path: Path, source: str, name: str = "module.py") -> list[likeness.Row]:
    path = tmp_path / name
    path.write_text(source)
    return likeness.rows(path)


def found(tmp_path: Path, source: str) -> list[likeness.Likeness]:
    theirs = rows(tmp_path, ORIGINAL, "original.py")
    return list(likeness.compare(rows(tmp_path, source), theirs))


@pytest.mark.parametrize(
    "source",
    [
        ORIGINAL,
        ORIGINAL.replace("Consume it.", "Another docstring."),
        ORIGINAL.replace("message,", "message: Message,").replace("session =", "session: Any ="),
        ORIGINAL.replace("load(", "fetch("),
        ORIGINAL.replace("def consume", "async def other"),
    ],
)
def test_what_is_alike(tmp_path: Path, source: str) -> None:
    likest = found(tmp_path, source)
    assert likest
    assert max(each.ratio for each in likest) > likeness.LIMIT


@pytest.mark.parametrize(
    "source",
    [
        "def consume(message):\n    return message\n",
        "import a\nimport b\nimport c\nimport d\n",
        """
def consume(message, **kwargs):
    with opened(message) as found:
        found.update(kwargs)
    return [reply(name) for name in kwargs]
""",
    ],
)
def test_what_is_not(tmp_path: Path, source: str) -> None:
    assert found(tmp_path, source) == []


def test_the_place(tmp_path: Path) -> None:
    source = "class Consumer:\n" + ORIGINAL.replace("\n", "\n    ")
    first = found(tmp_path, source)[0]
    assert (first.ours.scope, first.ours.line) == ("Consumer.consume", 5)
    assert (first.theirs.scope, first.theirs.line) == ("consume", 4)


class TestReport:
    def test_a_line_for_each(self, tmp_path: Path) -> None:
        lines = likeness.report(found(tmp_path, ORIGINAL), set())
        assert lines[0].endswith("(consume)")
        assert "module.py:4 (consume) is 100% like" in lines[0]

    def test_exceptions(self, tmp_path: Path) -> None:
        place = (str(tmp_path / "module.py"), "consume")
        assert likeness.report(found(tmp_path, ORIGINAL), {place}) == []

    def test_an_exception_that_nothing_needs(self) -> None:
        (line,) = likeness.report([], {("a.py", "f")})
        assert line == "a.py::f is an exception that nothing needs"


class TestExceptions:
    def test_lines(self) -> None:
        text = "# comment\n\na.py::A.f: its reason\nb.py::: another\n"
        assert likeness.excepted(text) == {("a.py", "A.f"), ("b.py", "")}

    def test_each_needs_a_reason(self) -> None:
        with pytest.raises(ValueError, match=r"not 'a.py::f:'"):
            likeness.excepted("a.py::f:\n")


def test_the_sources_are_ours_alone() -> None:
    site = likeness.installed()
    if site is None:
        pytest.skip("needs Python 3.8")
    theirs = likeness.rows_below(site / name for name in likeness.PACKAGES)
    ours = likeness.rows_below(likeness.ROOT / name for name in ("channeltest", "compat"))
    allowed = likeness.excepted(likeness.EXCEPTIONS.read_text(encoding="utf-8"))
    lines = likeness.report(likeness.compare(ours, theirs), set(allowed))
    # How alike two statements are depends a little on the version of Python that parses them.
    assert [line for line in lines if not line.endswith("that nothing needs")] == []
