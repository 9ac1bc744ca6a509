"""Every name of the original's modules can be imported and patched, or it is said why not."""

from __future__ import annotations

import importlib

import pytest

from scripts import reference
from tests.differential import names, transcripts

_COMMANDS = "channels.management.commands"
_PARTS = "A command asks its base class for it; what it does with it can be seen on the command."
_UNUSED = "The module has no use for it; its own module has it."

#: Names that are not there, by module, and why.
MISSING: dict[tuple[str, str], str] = {
    ("channels.delay.management.commands.rundelay", "DEFAULT_CHANNEL_LAYER"): _PARTS,
    ("channels.delay.management.commands.rundelay", "channel_layers"): _PARTS,
    ("channels.delay.management.commands.rundelay", "setup_logger"): _PARTS,
    ("channels.generic.base", "route_class"): _UNUSED,
    (f"{_COMMANDS}.runserver", "StaticFilesConsumer"): _UNUSED,
    (f"{_COMMANDS}.runworker", "StaticFilesConsumer"): _UNUSED,
    (f"{_COMMANDS}.runworker", "channel_layers"): _PARTS,
    (f"{_COMMANDS}.runworker", "setup_logger"): _PARTS,
}


@pytest.mark.parametrize("module", sorted(names.recorded()))
def test_names_of_a_module(module: str) -> None:
    ours = importlib.import_module(module)
    missing = {name for name in names.recorded()[module] if not hasattr(ours, name)}
    assert missing == {name for home, name in MISSING if home == module}


def test_recording_again_changes_nothing() -> None:
    if transcripts.reference() is None:
        pytest.skip(reference.MISSING)
    assert names.original() == names.recorded()
