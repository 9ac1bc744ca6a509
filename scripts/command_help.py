"""The help of every command, as ``docs/reference/commands.rst`` shows it."""

from __future__ import annotations

import contextlib
import importlib
import io
from collections.abc import Iterator

from channeltest import cli

# The commands of manage.py, by their modules, once Django is set up.
MANAGEMENT = {
    "runserver": "channels.management.commands.runserver",
    "runworker": "channels.management.commands.runworker",
    "rundelay": "channels.delay.management.commands.rundelay",
}


def of_channeltest(arguments: list[str]) -> str:
    """Return what ``channeltest`` prints for arguments that end with ``--help``."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        cli.main(arguments)
    return printed.getvalue()


def of_management(name: str) -> Iterator[tuple[str, str]]:
    """Yield the options that a command of ``manage.py`` adds to the usual ones, with their help."""
    from django.core.management.base import BaseCommand

    def actions(command: BaseCommand) -> list[tuple[str, str]]:
        parser = command.create_parser("manage.py", name)
        return [
            (", ".join(action.option_strings) or action.dest, action.help or "")
            for action in parser._actions
        ]

    usual = {option for option, _ in actions(BaseCommand())}
    command = importlib.import_module(MANAGEMENT[name]).Command()
    yield from ((option, text) for option, text in actions(command) if option not in usual)


def lines() -> Iterator[str]:
    """Yield the lines of the page, in reStructuredText."""
    for name in ("", *cli.COMMANDS):
        title = f"channeltest {name}".strip()
        yield from (title, "-" * len(title), "", "::", "")
        text = of_channeltest([name, "--help"] if name else ["--help"])
        yield from (f"    {line}".rstrip() for line in text.splitlines())
        yield ""
    for name in MANAGEMENT:
        title = f"manage.py {name}"
        yield from (title, "-" * len(title), "")
        for option, text in of_management(name):
            yield from (f"``{option}``", f"    {text.rstrip('.')}.", "")
