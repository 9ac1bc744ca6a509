"""Differences of transcripts: found step by step, and shown with what is around them."""

from __future__ import annotations

import pytest

from channeltest.comparison.difference import at_failure, difference
from channeltest.comparison.transcript import transcript
from channeltest.record.events import Event


def payload(content, modern=False):
    """The transcript of one message that a consumer sends."""
    return transcript([Event("send", "C", "channel c", "c", "C", content, modern=modern)])


def frames(*contents, modern=False):
    """The transcript of frames to a client."""
    return transcript(
        [Event("frame", "C", "client", "c", "C", each, modern=modern) for each in contents]
    )


def test_none():
    assert difference(["a", "b"], ["a", "b"]) == ""
    assert difference([], []) == ""


def test_in_a_long_transcript():
    old = [str(number) for number in range(100)]
    text = difference(old, [*old[:50], "x", *old[51:]])
    assert "- 50\n+ x" in text
    assert len(text.splitlines()) == 15


def test_of_effects():
    assert difference(["step", "    a 1"], ["step", "    a 2"]) == (
        "  ...\n  step\n-     a 1\n+     a 2"
    )


def test_of_effects_before_the_first_step():
    assert difference(["    a 1", "step"], ["step"]) == "  ...\n-     a 1\n  step"


def test_far_below_its_step_the_step_is_shown():
    effects = [f"    a {number}" for number in range(20)]
    text = difference(["first", "step", *effects], ["first", "step", *effects[:-1]])
    assert text.splitlines()[:3] == ["  ...", "  step", "  ..."]
    assert text.splitlines()[-1] == "-     a 19"


def test_two_far_from_each_other():
    old = [str(number) for number in range(100)]
    text = difference(old, [*old[:20], "x", *old[21:80], "y", *old[81:]])
    assert text.splitlines().count("  ...") == 2


def test_two_near_each_other_share_their_lines():
    old = [line for number in range(20) for line in (f"step {number}", f"    a {number}")]
    new = [line.replace("a 5", "b").replace("a 7", "c") for line in old]
    text = difference(old, new)
    assert text.splitlines().count("  ...") == 1
    assert text.splitlines().count("  step 6") == 1


def test_very_many_are_cut_off():
    old, new = [f"    a {n}" for n in range(1900)], [f"    b {n}" for n in range(1900)]
    text = difference(["step", *old], ["step", *new])
    assert text.endswith("  ... (and more)")
    assert len(text.splitlines()) < 4000


class TestTypes:
    def test_of_a_message_that_has_one_in_both_worlds(self):
        old, new = payload({"type": "t", "n": 1}), payload({"type": "t", "n": 1}, modern=True)
        assert difference(old, new) == ""

    def test_of_a_handler_only(self):
        assert difference(payload({"n": 1}), payload({"type": "t", "n": 1}, modern=True)) == ""

    def test_that_differ(self):
        old, new = payload({"type": "t"}), payload({"type": "u"}, modern=True)
        assert (
            difference(old, new) == "  ...\n-     channel c <- {'type': 't'}\n+     channel c <- {}"
        )


@pytest.mark.parametrize("empty", [{"text": ""}, {"bytes": b""}])
def test_an_empty_frame_of_channels_1_was_not_passed_on(empty):
    text = {"text": "a"}
    assert difference(frames(empty, text), frames(text, modern=True)) == ""
    assert difference(frames(empty, text), frames(empty, text, modern=True)) == ""
    assert difference(frames(text), frames(empty, text, modern=True)).startswith("  ...\n+ ")
    assert difference(frames(text, modern=True), frames(empty, text, modern=True)) != ""


STEPS = ["client -> connect", "    client <- accept", "client -> receive", "    client <- text 'a'"]


@pytest.mark.parametrize(
    ("old", "new", "failed", "shown"),
    [
        (
            STEPS,
            STEPS[:3],
            "new",
            ["  client -> receive", "      old: client <- text 'a'", "      new: (nothing)"],
        ),
        (
            [*STEPS[:3], "    client <- text 'b'"],
            [*STEPS, *STEPS],
            "old",
            [
                "  client -> receive",
                "      old: client <- text 'b'",
                "      new: client <- text 'a'",
            ],
        ),
        (
            STEPS,
            [STEPS[0], *STEPS[2:]],
            "new",
            [
                *("  ...", "  client -> connect", "-     client <- accept", "  client -> receive"),
                "      old: client <- text 'a'",
                "      new: client <- text 'a'",
            ],
        ),
        (
            STEPS[:2],
            STEPS,
            "new",
            [
                "  client -> receive",
                "      old: (another step: none)",
                "      new: client <- text 'a'",
            ],
        ),
        (STEPS, [], "new", []),
    ],
)
def test_at_the_step_at_which_a_test_fails(old, new, failed, shown):
    assert at_failure(old, new, failed).splitlines() == shown


def test_another_order_is_explained():
    explained = "sends leaves when it has finished"
    assert explained in difference(["step", "    a 1", "    a 2"], ["step", "    a 2", "    a 1"])
    assert explained not in difference(["step", "    a 1", "    a 2"], ["step", "    a 2"])
    assert explained not in difference(["step", "    a 1"], ["step", "    a 2"])
