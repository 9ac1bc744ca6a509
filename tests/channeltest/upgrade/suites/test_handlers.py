from __future__ import annotations

import pytest

from channeltest.upgrade.suites.handlers import Handlers
from tests.channeltest.upgrade.projects import project
from tests.channeltest.upgrade.suites.cases import CONSUMERS


def test_types():
    found = Handlers(project(app__consumers=CONSUMERS))
    assert (found.has("app.work"), found.has("group.message"), found.has("other")) == (
        True,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("old", "new", "takes"),
    [("", "", True), ("group_message", "other", False), ('groups = ["room"]', "x = 1", True)],
)
def test_texts_for_groups(old, new, takes):
    text = CONSUMERS.replace(old, new) if old else CONSUMERS
    assert Handlers(project(app__consumers=text)).take_texts is takes
