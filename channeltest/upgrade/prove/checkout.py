"""The git checkout of a project, and the worktree in which its conversions are tried."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from ...sources.files import resolved

# What a hook of git hands on, and would lead git to another checkout.
_OF_HOOKS = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX")
_BRANCH = "channeltest-upgrade"
# Files that an error names.
_SHOWN = 5


class ProveError(Exception):
    """A proof cannot begin, or cannot go on; the checkout is as it was."""


class Checkout:
    """A checkout without changes.

    Args:
        paths: The files and folders to convert.
        folder: The folder in which the tests are run.

    Attributes:
        root: The folder of the checkout.
        folder: The folder of the tests, relative to it.
        head: The commit that is checked out.

    Raises:
        SourceError: A path does not exist.
        ProveError: The paths are in no checkout of git or in several, the checkout has changes or
            no commit, or git does not know who commits.
    """

    def __init__(self, paths: Iterable[Path], folder: Path) -> None:
        places = [resolved(path) for path in paths]
        self.root = _root_of(folder.resolve())
        for place in places:
            if place != self.root and self.root not in place.parents:
                raise ProveError(f"{place} is not in the checkout {self.root}")
        self.folder = folder.resolve().relative_to(self.root)
        self._places = [place.relative_to(self.root) for place in places]
        try:
            self.head = self.git("rev-parse", "--verify", "HEAD")
        except ProveError:
            raise ProveError(f"{self.root} has no commit yet: commit the project first") from None
        if changes := self._changes():
            files = ", ".join(line[3:] for line in changes[:_SHOWN])
            more = f" and {len(changes) - _SHOWN} more" if len(changes) > _SHOWN else ""
            raise ProveError(
                f"{self.root} has changes that are not committed ({files}{more}): commit or stash "
                "them, or have git ignore them"
            )
        for place in self._places:
            if not self.git("ls-files", "--", place.as_posix()):
                raise ProveError(f"git has no file of {self.root / place}: commit it first")
        self.git("var", "GIT_COMMITTER_IDENT")

    def git(self, *arguments: str) -> str:
        """Run git in the checkout; return what it prints.

        Raises:
            ProveError: It fails.
        """
        return git(self.root, *arguments)

    def _changes(self) -> list[str]:
        return self.git("status", "--porcelain", "--no-renames").splitlines()

    @contextlib.contextmanager
    def worktree(self) -> Iterator[Worktree]:
        """Check the commit out once more, into a folder that is removed in the end."""
        home = Path(tempfile.mkdtemp(prefix="channeltest-prove-")).resolve()
        # The folder may be a package of the project: its name stays.
        root = home / self.root.name
        try:
            self.git("worktree", "add", "--detach", "--quiet", str(root), self.head)
            yield Worktree(home, root, self.folder, self._places)
        finally:
            with contextlib.suppress(ProveError):
                self.git("worktree", "remove", "--force", str(root))
            shutil.rmtree(home, ignore_errors=True)

    def deliver(self, commit: str) -> str:
        """Bring commits into the checkout, or onto a branch if the checkout has changed.

        Args:
            commit: The last commit.

        Returns:
            Where they are, as a sentence.
        """
        number = self.git("rev-list", "--count", f"{self.head}..{commit}")
        commits = "1 commit is" if number == "1" else f"{number} commits are"
        if self.git("rev-parse", "HEAD") == self.head and not self._changes():
            self.git("merge", "--ff-only", "--quiet", commit)
            branch = self.git("rev-parse", "--abbrev-ref", "HEAD")
            place = "a detached HEAD" if branch == "HEAD" else f"the branch {branch}"
            return f"The {commits} on {place}, which is checked out."
        branch, count = _BRANCH, 2
        while self.git("branch", "--list", branch):
            branch, count = f"{_BRANCH}-{count}", count + 1
        self.git("branch", branch, commit)
        return f"The {commits} on the branch {branch}, because the checkout has changed meanwhile."


class Worktree:
    """A second checkout, which nobody else uses.

    Args:
        home: A folder for files that belong to the run and to no commit; the worktree is in it.
        root: The folder of the worktree.
        folder: The folder of the tests, relative to it.
        places: The files and folders to convert, relative to it.

    Attributes:
        home: The same.
        root: The same.
        folder: The folder of the tests.
        paths: The files and folders to convert.
    """

    def __init__(self, home: Path, root: Path, folder: Path, places: Iterable[Path]) -> None:
        self.home, self.root, self.folder = home, root, root / folder
        self.paths = [root / place for place in places]

    @property
    def head(self) -> str:
        """The commit that is checked out."""
        return git(self.root, "rev-parse", "HEAD")

    def commit(self, paths: Iterable[Path], message: str) -> str:
        """Commit files, without the hooks of the project and without a signature.

        Args:
            paths: The files.
            message: The message.

        Returns:
            The commit.
        """
        git(self.root, "add", "--", *map(str, paths))
        git(self.root, "commit", "--quiet", "--no-verify", "--no-gpg-sign", "-m", message)
        return self.head

    def reset(self, commit: str = "HEAD") -> None:
        """Make all files what they are in a commit.

        Args:
            commit: The commit.
        """
        git(self.root, "reset", "--hard", "--quiet", commit)
        git(self.root, "clean", "-d", "--force", "--quiet")


def git(folder: Path, *arguments: str) -> str:
    """Run git; return what it prints, without blanks at the ends of the text.

    Args:
        folder: Where it runs.
        *arguments: Its arguments.

    Raises:
        ProveError: It is not installed, or it fails.
    """
    environment = {name: each for name, each in os.environ.items() if name not in _OF_HOOKS}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            # Ctrl-C is for this process.
            start_new_session=True,
        )
    except FileNotFoundError:
        raise ProveError("git is not installed, and --prove needs it") from None
    if done.returncode:
        raise ProveError(f"git {arguments[0]} fails: {done.stderr.strip() or done.returncode}")
    return done.stdout.rstrip()


def _root_of(folder: Path) -> Path:
    try:
        return Path(git(folder, "rev-parse", "--show-toplevel")).resolve()
    except ProveError as error:
        if "not installed" in str(error):
            raise
        raise ProveError(
            f"{folder} is in no checkout of git: --prove tries conversions in a copy that git "
            "makes, and commits what it has proved"
        ) from None
