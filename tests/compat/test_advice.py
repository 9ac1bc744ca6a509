"""Advice below an error's own text."""

from __future__ import annotations

import traceback

from channeltest.compat.advice import advised

from .inplace import told, with_notes


def test_it_is_the_same_error():
    error = ValueError("text")
    assert advised(error, "advice") is error


def test_it_is_shown():
    error = advised(ValueError("text"), "advice")
    assert told(error) == "text\nadvice"
    assert "advice" in "".join(traceback.format_exception(error))


@with_notes
def test_the_text_is_what_it_was():
    assert str(advised(ValueError("text"), "advice")) == "text"


def test_without_notes_it_joins_the_text():
    class Old(ValueError):
        @property
        def add_note(self):
            raise AttributeError

    assert str(advised(Old("text"), "advice")) == "text\nadvice"
