"""What differs between two old runs is not compared, and everything else is."""

from __future__ import annotations

import pytest

from channeltest.comparison.noise import without_noise


def lines(*effects, step="client -> c {}"):
    return [step, *(f"    client <- {each}" for each in effects)]


def fits(old, again, new):
    """Whether a new run does what two old ones did."""
    return without_noise(old, again, new) == old


def test_without_noise_nothing_changes():
    assert without_noise(lines("a"), lines("a"), lines("b")) == lines("b")


def test_a_value_that_differs():
    one, other = lines('text \'{"at": 17, "n": 1}\''), lines('text \'{"at": 23, "n": 1}\'')
    assert fits(one, other, lines('text \'{"at": 5, "n": 1}\''))
    assert not fits(one, other, lines('text \'{"at": 5, "n": 2}\''))
    assert not fits(one, other, lines("text '{\"at\": 5}'"))


def test_one_value_in_several_places():
    one, other = lines("k a1", "x a1"), lines("k b2", "x b2")
    assert fits(one, other, lines("k c3", "x c3"))
    assert not fits(one, other, lines("k c3", "x d4"))
    assert fits(lines("a1 a1"), lines("b2 b2"), lines("c3 c3"))
    assert not fits(lines("a1 a1"), lines("b2 b2"), lines("c3 d4"))


def test_two_values():
    one, other = lines("a1 a2"), lines("b1 b2")
    assert fits(one, other, lines("c1 c2"))
    assert fits(one, other, lines("c c"))


def test_a_value_that_is_longer():
    one, other = lines("at 1.5 s"), lines("at 12 s")
    assert fits(one, other, lines("at 0.25 s"))
    assert not fits(one, other, lines("in 0.25 s"))


def test_in_the_step_itself():
    one, other = (lines("ok", step=f"client -> c {{'n': {each}}}") for each in (1, 2))
    assert fits(one, other, lines("ok", step="client -> c {'n': 7}"))
    assert not fits(one, other, lines("ok", step="client -> d {'n': 7}"))


def test_another_number_of_effects():
    one, other = lines("a", "a"), lines("a")
    assert fits(one, other, lines("a", "a", "a"))
    assert fits(one, other, lines())
    more = [*one, "    group g: client"]
    assert not fits(more, [*other, "    group g: client"], one)


def boards(*keys, path="", member="client"):
    """A step that changes groups whose names end with something random."""
    return [f"client -> c {path}", *(f"    group board-{each}: {member}" for each in sorted(keys))]


def test_in_the_name_of_a_group():
    one, other = boards("x1"), boards("y2")
    assert fits(one, other, boards("z3"))
    assert not fits(one, other, boards("z3", member="nobody"))
    assert not fits(one, other, boards())
    assert not fits(one, other, boards("z3", "z4"))
    assert not fits(one, other, ["client -> c ", "    group room-z3: client"])


def test_in_the_name_of_a_group_that_the_step_has():
    one, other = boards("x1", path="/x1/"), boards("y2", path="/y2/")
    assert fits(one, other, boards("z3", path="/z3/"))
    assert not fits(one, other, boards("z4", path="/z3/"))


def test_in_the_names_of_several_groups():
    paths = ("x1 x2", "y2 y1", "z1 z2")
    one, other, new = (boards(*path.split(), path=path) for path in paths)
    assert fits(one, other, new)
    assert not fits(one, other, boards("z1", "z3", path=paths[2]))


@pytest.mark.parametrize("new", [lines("a"), lines("a") * 3, []])
def test_another_number_of_steps(new):
    assert fits(lines("a") * 2, lines("a") * 1, new)


def test_what_is_new_is_a_difference():
    one, other = lines("a1"), lines("b2")
    assert without_noise(one, other, lines("c3", "more")) == lines("a1", "more")
    assert without_noise(one, other, lines("c3") + lines("x")) == lines("a1") + lines("x")
    assert without_noise(one, other, lines()) == lines()
