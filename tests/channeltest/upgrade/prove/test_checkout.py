from __future__ import annotations

from pathlib import Path

import pytest

from channeltest.upgrade.prove.checkout import Checkout, ProveError, git
from tests.channeltest.upgrade.prove.checkouts import commit, contents
from tests.channeltest.upgrade.prove.checkouts import git as run


def test_a_worktree_has_the_last_commit(folder):
    with Checkout([folder], folder).worktree() as worktree:
        assert contents(worktree.root) == contents(folder)
        assert worktree.root.name == folder.name
        assert worktree.paths == [worktree.root]
    assert not worktree.home.exists()


def test_folders_below(folder, monkeypatch):
    monkeypatch.chdir(folder / "app")
    with Checkout([Path("consumers.py")], folder / "app").worktree() as worktree:
        assert worktree.folder == worktree.root / "app"
        assert worktree.paths == [worktree.root / "app/consumers.py"]


def test_what_is_not_committed_is_undone(folder):
    with Checkout([folder], folder).worktree() as worktree:
        before = contents(worktree.root)
        (worktree.root / "app/consumers.py").write_text("")
        (worktree.root / "new").mkdir()
        (worktree.root / "new/file.py").write_text("")
        worktree.reset()
        assert contents(worktree.root) == before


def test_hooks_do_not_run(folder):
    hook = folder / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    with Checkout([folder], folder).worktree() as worktree:
        (worktree.root / "app/new.py").write_text("")
        made = worktree.commit([worktree.root / "app/new.py"], "A file")
        assert made == worktree.head != run(folder, "rev-parse", "HEAD")


@pytest.mark.parametrize("is_detached", [False, True])
def test_delivered(folder, is_detached):
    if is_detached:
        run(folder, "checkout", "--quiet", "--detach")
    checkout = Checkout([folder], folder)
    with checkout.worktree() as worktree:
        (worktree.root / "app/new.py").write_text("")
        made = worktree.commit([worktree.root / "app/new.py"], "A file")
        place = "a detached HEAD" if is_detached else "the branch main"
        assert checkout.deliver(made) == f"The 1 commit is on {place}, which is checked out."
    assert run(folder, "rev-parse", "HEAD") == made
    assert (folder / "app/new.py").exists()


def test_delivered_to_another_branch(folder):
    checkout = Checkout([folder], folder)
    run(folder, "branch", "channeltest-upgrade")
    with checkout.worktree() as worktree:
        (worktree.root / "app/new.py").write_text("")
        made = worktree.commit([worktree.root / "app/new.py"], "A file")
        (folder / "other.py").write_text("")
        commit(folder)
        assert "is on the branch channeltest-upgrade-2, because" in checkout.deliver(made)
    assert run(folder, "rev-parse", "channeltest-upgrade-2") == made


def test_nobody_commits(folder, monkeypatch):
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "")
    with pytest.raises(ProveError, match="git var fails"):
        Checkout([folder], folder)


def test_another_checkout_is_not_used(folder, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path))
    assert Checkout([folder], folder).root == folder


def test_many_changes(folder):
    for number in range(7):
        (folder / f"new{number}.py").write_text("")
    with pytest.raises(ProveError, match=r"new4.py and 2 more\)"):
        Checkout([folder], folder)


def test_an_error_of_git(folder):
    with pytest.raises(ProveError, match="git checkout fails: error: pathspec 'none'"):
        git(folder, "checkout", "none")
