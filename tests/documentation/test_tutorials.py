"""The files and commands of each tutorial do what its page says."""

from __future__ import annotations

import pytest

from scripts import reference

from .tutorial import PAGES, File, follow, matches, steps, steps_of_the_readme, take

# The page that a page goes on with.
BEFORE = {"tutorials/porting_a_consumer": "tutorials/first_green_run"}

TUTORIALS = sorted(f"tutorials/{path.stem}" for path in PAGES.glob("tutorials/*.rst"))


def link_original(folder):
    """Make the links that the journey begins with: to the checkout, and to the original."""
    python = reference.python()
    if python is None:
        pytest.skip(reference.MISSING)
    (folder / "checkout").symlink_to(PAGES.parent)
    (folder / "old").symlink_to(python.parent.parent)


@pytest.mark.parametrize("page", [*TUTORIALS, "howto/live", "howto/workers"])
def test_page(page, tmp_path):
    if page in BEFORE:
        follow(BEFORE[page], tmp_path)
    if page == "tutorials/journey":
        link_original(tmp_path)
    assert follow(page, tmp_path)


def test_the_readme(tmp_path):
    assert take(steps_of_the_readme(), tmp_path)


def test_a_page_s_steps():
    first, *_, last = steps("tutorials/first_green_run")
    assert isinstance(first, File) and first.path == "settings.py"
    assert first.text.startswith("SECRET_KEY = ") and first.text.endswith('AutoField"\n')
    assert last.line.startswith("python -m django test") and "Ran 2 tests in" in last.output


@pytest.mark.parametrize(
    ("expected", "printed", "same"),
    [
        ("a\nb\n", "a\nb", True),
        ("a\nb", "a\nc", False),
        ("a\n...\nb", "a\n1\n2\nb\n", True),
        ("a", "a\nb", False),
        ("in 0.4s", "in 12.345s", True),
        ("in 0.4s (x)", "in 0.4s x", False),
    ],
)
def test_what_matches(expected, printed, same):
    assert matches(expected, printed) is same
