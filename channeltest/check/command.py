"""Say what stands between a project and today's Channels; reads sources only.

The findings are on the standard output. Exit codes: 0 if there is nothing, 1 if there are findings,
2 if the command failed.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from ..sources.files import named, resolved
from .fingerprints import fingerprints, read_baseline, write_baseline
from .formats import FORMATS
from .scan import scan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``channeltest check``.

    Args:
        parser: The parser of the subcommand.
    """
    parser.add_argument(
        "paths", nargs="*", default=["."], metavar="PATH", help="folder or file; . by default"
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="text by default")
    parser.add_argument("--baseline", metavar="FILE", help="leave out the findings of this file")
    parser.add_argument(
        "--write-baseline", metavar="FILE", help="write all findings to this file and exit with 0"
    )


def run(options: argparse.Namespace) -> int:
    """Run ``channeltest check``.

    Args:
        options: What `add_arguments` defines.

    Returns:
        The exit code.

    Raises:
        SourceError: A file cannot be read or written.
    """
    paths = [named(path) for path in options.paths]
    root = _root(paths)
    accepted = read_baseline(Path(options.baseline)) if options.baseline else set()
    found = fingerprints(scan(paths), root)
    if options.write_baseline:
        write_baseline(Path(options.write_baseline), found, root)
        print(f"{len(found)} findings were written to {options.write_baseline}.", file=sys.stderr)
        return 0
    new = {each: digest for each, digest in found.items() if digest not in accepted}
    colourful = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    sys.stdout.write(FORMATS[options.format](new, root, colourful))
    return 1 if new else 0


def _root(paths: list[Path]) -> Path:
    """The folder that findings are shown from: this one, or what paths elsewhere have in common."""
    here = Path.cwd()
    places = [resolved(path) for path in paths]
    folders = [place if place.is_dir() else place.parent for place in places]
    if all(folder.is_relative_to(here) for folder in folders):
        return here
    return Path(os.path.commonpath(folders))
