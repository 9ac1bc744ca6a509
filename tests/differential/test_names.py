"""Every name of the original's modules can be imported and patched, or it is said why not."""

from __future__ import annotations

import importlib

import pytest

from scripts import channels1_names, reference
from tests.differential import names, transcripts


@pytest.mark.parametrize("module", sorted(names.recorded()))
def test_names_of_a_module(module: str) -> None:
    ours = importlib.import_module(module)
    missing = {name for name in names.recorded()[module] if not hasattr(ours, name)}
    assert missing == set(channels1_names.gone().get(module, {}))


def test_recording_again_changes_nothing() -> None:
    if transcripts.reference() is None:
        pytest.skip(reference.MISSING)
    assert names.original() == names.recorded()
