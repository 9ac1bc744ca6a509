"""Advice below an error's own text."""

from __future__ import annotations

from channeltest.compat.advice import with_note

from .inplace import told


def test_it_is_the_same_error():
    error = ValueError("text")
    assert with_note(error, "advice") is error


def test_it_is_shown():
    error = with_note(ValueError("text"), "advice")
    assert told(error) == "text\nadvice"


def test_the_text_is_what_it_was():
    assert str(with_note(ValueError("text"), "advice")) == "text"


class Old(ValueError):
    """An error as of Python 3.10, which has no notes."""

    @property
    def add_note(self):
        raise AttributeError


def test_without_notes_it_is_kept():
    error = with_note(with_note(Old("text"), "advice"), "more")
    assert (str(error), error.__notes__) == ("text", ["advice", "more"])
