"""Bad luck on purpose: "nothing more comes" must not be decided wrongly, whatever the order."""

from __future__ import annotations

import random

import pytest

from .fuzz import receive_nothing, settle

TRIES = 500


@pytest.mark.parametrize("run", [settle, receive_nothing])
def test_never_wrong(run):
    seed = random.randrange(2**32)
    wrong = run(seed, TRIES)
    assert not wrong, f"{len(wrong)} of {TRIES} with seed {seed}: {wrong}"
