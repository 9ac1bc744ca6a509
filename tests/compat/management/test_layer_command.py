"""Commands that serve a layer together with other processes."""

from __future__ import annotations

import io

import pytest
from channeltest.compat.asgi import channel_layers
from channeltest.compat.management.layer_command import LayerCommand
from django.core.management import call_command
from django.core.management.base import CommandError

pytestmark = pytest.mark.usefixtures("console")


class Command(LayerCommand):
    def handle(self, *args, **options):
        self.prepare(options)
        self.logger.info("prepared")


def test_its_attributes(console: io.StringIO) -> None:
    command = Command()
    call_command(command, "--layer", "plain", "--verbosity", "2")
    assert command.channel_layer is channel_layers["plain"]
    assert (command.options["layer"], command.verbosity) == ("plain", 2)
    assert "prepared" in console.getvalue()


def test_a_layer_of_this_process_only() -> None:
    with pytest.raises(CommandError, match="cannot span multiple processes with the in-memory"):
        call_command(Command(), "--layer", "memory")


def test_a_layer_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        call_command(Command(), "--layer", "nowhere")
