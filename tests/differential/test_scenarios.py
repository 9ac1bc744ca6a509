"""Every scenario's transcript on this stack equals the one recorded from Channels 1.1.8."""

from __future__ import annotations

from typing import Any

import pytest

from scripts import reference
from tests.differential import record, transcripts
from tests.differential.accepted import ACCEPTED
from tests.differential.compare import difference, equal

RECORDED = transcripts.load()


@pytest.fixture(scope="session")
def results() -> dict[str, dict[str, Any]]:
    return transcripts.run_scenarios()


@pytest.mark.parametrize("name", sorted(RECORDED.keys() - ACCEPTED.keys()))
def test_scenario(name: str, results: dict[str, dict[str, Any]]) -> None:
    ours = results[name]
    diff = difference(RECORDED[name], ours["transcript"])
    assert not diff and not ours["error"], f"{name} differs:\n{diff}\n{ours['error']}"


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_accepted_difference_is_still_one(name: str, results: dict[str, dict[str, Any]]) -> None:
    assert not results[name]["error"]
    assert not equal(RECORDED[name], results[name]["transcript"]), f"{name} no longer differs"


def test_every_scenario_is_recorded(results: dict[str, dict[str, Any]]) -> None:
    assert results.keys() == RECORDED.keys()


def test_there_are_enough_scenarios() -> None:
    assert len(RECORDED) >= 170


def test_recording_again_changes_nothing() -> None:
    if transcripts.reference() is None:
        pytest.skip(reference.MISSING)
    again = record.record()
    changed = sorted(
        name for name in again.keys() | RECORDED if again.get(name) != RECORDED.get(name)
    )
    assert not changed, f"Channels 1.1.8 no longer gives these transcripts: {', '.join(changed)}"
