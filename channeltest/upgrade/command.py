"""Convert the consumers of Channels 1 to today's; shows a diff and writes nothing by default.

The diff is on the standard output, the report on the standard error. Exit codes: 0 if nothing is to
be converted, 1 if something is (with --write: if it was), 2 if the command failed.
"""

from __future__ import annotations

import argparse
import difflib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from ..sources import files
from ..sources.module import Module
from ..sources.project import Project
from .plan import ASYNC, FIXERS, Plan, load, plan, write
from .prove.command import run as prove

_COLOURS = {"+": "32", "-": "31", "@": "36"}
STDIN = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``channeltest upgrade``.

    Args:
        parser: The parser of the subcommand.
    """
    parser.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="folder or file of the project; - is one file on stdin",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--write", action="store_true", help="write the changes")
    mode.add_argument("--check", action="store_true", help="show only the report, no diff")
    mode.add_argument(
        "--prove",
        metavar="COMMAND",
        help="convert one thing at a time in a worktree of git, run the tests by this command, and "
        "commit what says the same",
    )
    parser.add_argument(
        "--async",
        dest="is_async",
        action="store_true",
        help="write the consumers as async ones where every call in them is known to allow it",
    )
    parser.add_argument("--only", metavar="FIXER,...", help="run these fixers and no other")
    parser.add_argument("--skip", metavar="FIXER,...", help="do not run these fixers")
    parser.add_argument("--list-fixers", action="store_true", help="list the fixers and stop")


def run(options: argparse.Namespace) -> int:
    """Run ``channeltest upgrade``.

    Args:
        options: What `add_arguments` defines.

    Returns:
        The exit code.

    Raises:
        SourceError: A file cannot be read, parsed or written.
    """
    if options.list_fixers:
        for name in (*FIXERS, ASYNC):
            module = load(name)
            print(f"{name}  {module.CODE}  {(module.__doc__ or '').splitlines()[0]}")
        return 0
    names = _chosen(options)
    if names is None or not options.paths:
        if names is not None:
            print("channeltest upgrade: name a folder or a file", file=sys.stderr)
        return 2
    if options.prove is not None:
        return prove(options.prove, options.paths, names)
    if options.paths == [STDIN]:
        return _upgrade_stdin(names)
    found = plan(Project.load(map(files.named, options.paths)), names)
    if options.write:
        write(found)
    elif not options.check:
        sys.stdout.writelines(_diff(found, _is_colourful(sys.stdout)))
    _report(found, options.write)
    return 1 if found.changed else 0


def _chosen(options: argparse.Namespace) -> list[str] | None:
    only = options.only.split(",") if options.only else [*FIXERS]
    skip = options.skip.split(",") if options.skip else []
    if options.is_async:
        only.append(ASYNC)
    for name in [*only, *skip]:
        if name not in (*FIXERS, ASYNC):
            known = ", ".join([*FIXERS, ASYNC])
            print(f"channeltest upgrade: there is no fixer {name!r}, but {known}", file=sys.stderr)
            return None
    return [name for name in only if name not in skip]


def _upgrade_stdin(names: list[str]) -> int:
    path = Path("<stdin>")
    text, encoding = files.decode(sys.stdin.buffer.read(), path)
    module = Module(path, "stdin", text, encoding)
    project = Project([module])
    module.tree  # noqa: B018  # it raises
    found = plan(project, names)
    after = found.after.modules["stdin"].text
    sys.stdout.buffer.write(after.encode(encoding))
    _report(found, False)
    return 1 if after != text else 0


def _diff(found: Plan, colourful: bool) -> Iterator[str]:
    for name in found.changed:
        after = found.after.modules[name]
        before = found.before.modules[name].text if name in found.before.modules else ""
        path = _shown(after.path)
        lines = difflib.unified_diff(
            before.splitlines(True),
            after.text.splitlines(True),
            f"a/{path.lstrip('/')}" if name in found.before.modules else "/dev/null",
            f"b/{path.lstrip('/')}",
        )
        for line in lines:
            text = line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
            colour = _COLOURS.get(line[0]) if colourful else None
            yield text if colour is None else f"\x1b[{colour}m{text.rstrip()}\x1b[0m\n"


def _report(found: Plan, written: bool) -> None:
    for each in found.findings:
        place = f"{_shown(each.path)}:{each.line}:{each.column}"
        print(f"{place}: {each.code} {each.kind}: {each.text}", file=sys.stderr)
    converted = sum(each.kind == "automatic" for each in found.findings)
    sync = sum(each.kind == "stays sync" for each in found.findings)
    left = len(found.findings) - converted - sync
    state = "were written" if written else "would change"
    print(
        f"{converted} converted, {left} left as they are; {len(found.changed)} files {state}."
        + (f" {sync} {'stays' if sync == 1 else 'stay'} sync." if sync else ""),
        file=sys.stderr,
    )


def _shown(path: Path) -> str:
    """A path as the reader of the terminal would write it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _is_colourful(stream: TextIO) -> bool:
    return stream.isatty() and "NO_COLOR" not in os.environ
