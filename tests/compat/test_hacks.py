"""The change to Django's own commands."""

from __future__ import annotations

from channeltest.compat.hacks import monkeypatch_django
from channeltest.compat.management.commands.runserver import Command
from django.contrib.staticfiles.management.commands.runserver import Command as StaticCommand


def test_the_command_of_staticfiles_inherits_from_that_of_channels():
    for _ in range(2):
        monkeypatch_django()
    assert StaticCommand.__bases__ == (Command,)
