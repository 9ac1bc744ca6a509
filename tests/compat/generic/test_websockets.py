"""The facade of class-based consumers of websockets."""

from __future__ import annotations

from unittest import mock

import pytest
from channeltest.compat.generic import consumers, multiplexing, websockets


@pytest.mark.parametrize("name", websockets.__all__)
def test_names_are_those_of_the_modules_where_they_live(name):
    homes = [home for home in (consumers, multiplexing) if name in vars(home)]
    assert homes
    assert all(getattr(home, name) is getattr(websockets, name) for home in homes)


def test_what_is_patched_here_is_patched_where_it_is_used():
    with mock.patch.object(websockets, "Group") as group:
        assert consumers.Group is multiplexing.Group is group
    assert consumers.Group is multiplexing.Group is not group
