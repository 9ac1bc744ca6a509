"""The picture of the landing page is that of the run whose output stands there."""

from __future__ import annotations

import os

import pytest

from . import outputs
from .picture import PICTURE, draw
from .tutorial import PAGES


@pytest.mark.django_db(transaction=True)
def test_is_of_today():
    text, events = outputs.forgotten_group_and_events()
    drawn = draw(events, text.partition("\n")[0])
    if os.environ.get("CHANNELTEST_WRITE_PICTURE"):
        PICTURE.write_text(drawn, "utf-8")
    assert PICTURE.read_text("utf-8") == drawn


def test_stands_on_the_landing_page():
    assert PICTURE.relative_to(PAGES).as_posix() in (PAGES / "index.rst").read_text("utf-8")
