"""The command ``channeltest``: its subcommands and their exit codes.

A subcommand is a module with ``add_arguments(parser)`` and ``run(options)``; its docstring's first
line is its help. Its module is imported when it is used.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from . import __version__
from .sources.files import SourceError

FAILED = 2

# The subcommands, each with its module.
COMMANDS = {
    "recorder": "channeltest.recorder.command",
    "check": "channeltest.check.command",
    "upgrade": "channeltest.upgrade.command",
    "report": "channeltest.report.command",
}


class Command(Protocol):
    """The module of a subcommand."""

    __doc__: str | None

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what the subcommand takes to its parser."""
        raise NotImplementedError

    def run(self, options: argparse.Namespace) -> int:
        """Run it; return the exit code."""
        raise NotImplementedError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What follows ``channeltest``; ``sys.argv`` by default.

    Returns:
        The exit code: 0 if there is nothing to report, 1 if there is, 2 if the command failed.
    """
    parser = argparse.ArgumentParser(
        prog="channeltest", description="Tools to leave Channels 1, one step at a time."
    )
    parser.add_argument("--version", action="version", version=f"channeltest {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    modules = {
        name: cast(Command, importlib.import_module(path)) for name, path in COMMANDS.items()
    }
    for name, module in modules.items():
        summary = (module.__doc__ or "").splitlines()[0]
        subparser = subparsers.add_parser(
            name,
            help=summary,
            description=module.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.add_arguments(subparser)
    options = parser.parse_args(arguments)
    # Syntax trees are many objects and no cycles: the collector would take longer than the rest.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return modules[options.command].run(options)
    except SourceError as error:
        print(f"channeltest {options.command}: {error}", file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # The reader of the output has left, as `head` does. Nothing may be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    finally:
        if was_enabled:
            gc.enable()
