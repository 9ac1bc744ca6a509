"""Advice below an error's own text."""

from __future__ import annotations

import traceback

from channeltest.compat.advice import reveal, with_note

from .inplace import told


def test_it_is_the_same_error():
    error = ValueError("text")
    assert with_note(error, "advice") is error


def test_it_is_shown():
    error = with_note(ValueError("text"), "advice")
    assert told(error) == "text\nadvice"
    reveal(error)
    assert "advice" in "".join(traceback.format_exception(error))


def test_the_text_is_what_it_was():
    assert str(with_note(ValueError("text"), "advice")) == "text"


class Old(ValueError):
    """An error as of Python 3.10, which has no notes."""

    @property
    def add_note(self):
        raise AttributeError


def test_without_notes_the_text_is_what_it_was_until_it_is_revealed():
    error = with_note(with_note(Old("text"), "advice"), "more")
    assert str(error) == "text"
    reveal(error)
    assert str(error) == "text\nadvice\nmore"


def test_with_nothing_to_reveal():
    error = Old("text", 1)
    reveal(error)
    assert error.args == ("text", 1)
