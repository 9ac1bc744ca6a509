"""Notes of errors that leave a test."""

from __future__ import annotations

import traceback

from channeltest.compat.advice import with_note

from channeltest.record.notes import reveal


class Old(ValueError):
    """An error as of Python 3.10, which has no notes."""

    @property
    def add_note(self):
        raise AttributeError


def test_a_note_is_shown():
    error = with_note(ValueError("text"), "advice")
    reveal(error)
    assert "advice" in "".join(traceback.format_exception(error))


def test_where_there_are_none_it_joins_the_text():
    error = with_note(with_note(Old("text"), "advice"), "more")
    reveal(error)
    assert str(error) == "text\nadvice\nmore"


def test_with_nothing_to_reveal():
    error = Old("text", 1)
    reveal(error)
    assert error.args == ("text", 1)
