"""``channeltest upgrade --prove``: the whole of a proof, and its report."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from types import FrameType

from ...sources import files
from .checkout import Checkout, ProveError
from .proving import Proving
from .report import lines
from .suite import Suite


def run(command: str, paths: Sequence[str], fixers: Collection[str]) -> int:
    """Convert a project in a worktree of its checkout, and commit what its suite proves.

    The report is on the standard output, the progress on the standard error.

    Args:
        command: The command that runs the suite.
        paths: The files and folders to convert.
        fixers: The names of the fixers that may run.

    Returns:
        The exit code: 0 if nothing is to be converted, 1 if something was converted or restored, 2
        if the proof could not be made. Then the checkout is as it was.

    Raises:
        SourceError: A file cannot be read, parsed or written.
    """
    try:
        with _handling(_interrupt):
            checkout = Checkout(map(files.named, paths), Path.cwd())
            with checkout.worktree() as worktree:
                result = Proving(worktree, Suite(command, checkout, worktree), fixers, _tell).run()
                with _handling(signal.SIG_IGN):
                    place = checkout.deliver(worktree.head) if result.kept else ""
                folder = worktree.root / checkout.folder
                for line in lines(result, folder, place):
                    print(line)
    except ProveError as error:
        print(f"channeltest upgrade: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("channeltest upgrade: interrupted; the checkout is as it was", file=sys.stderr)
        return 2
    return 1 if result.kept or result.restored else 0


def _tell(line: str) -> None:
    is_colourful = sys.stderr.isatty() and "NO_COLOR" not in os.environ
    prefix = "\x1b[36mprove\x1b[0m" if is_colourful else "prove"
    print(f"{prefix}: {line}", file=sys.stderr, flush=True)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _handling(handler: signal.Handlers | Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle the signals that end processes in one way: what has begun is undone, or finished."""
    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    numbers = [getattr(signal, name) for name in names]
    before = {number: signal.signal(number, handler) for number in numbers}
    try:
        yield
    finally:
        for number, each in before.items():
            signal.signal(number, each)
