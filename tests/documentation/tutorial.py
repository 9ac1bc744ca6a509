"""The files and commands of a page, as a reader takes them from it into an empty folder.
A ``code-block`` with a ``:caption:`` is the file of that name, and a later one with the same
caption takes its place. A ``code-block:: console`` has commands behind ``$`` and what they print;
``...`` stands for anything, and a number of seconds for any number. ``cd`` changes the folder of
what follows.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "docs"

BLOCK = re.compile(
    r"^\.\. code-block:: *(?P<language>\S+)\n(?P<options>(?:   :.*\n)*)\n"
    r"(?P<body>(?:(?:   .*)?\n)+)",
    re.MULTILINE,
)


@dataclass
class File:
    """A file that the reader writes."""

    path: str
    text: str


@dataclass
class Command:
    """A command that the reader types, and what the page says it prints."""

    line: str
    output: str


def steps(page: str) -> list[File | Command]:
    """Return what a reader of a page does, in order."""
    text = (PAGES / f"{page}.rst").read_text("utf-8") + "\n"
    found: list[File | Command] = []
    for block in BLOCK.finditer(text):
        body = "\n".join(line[3:] for line in block["body"].strip("\n").split("\n")) + "\n"
        caption = re.search(r":caption: (\S+)", block["options"])
        if caption:
            found.append(File(caption[1], body))
        elif block["language"] == "console":
            found += commands_in(body)
    return found


def steps_of_the_readme() -> list[File | Command]:
    """Return what a reader of the README does to have its project.

    A block of Python there begins with a comment, ``# path/to/file.py``, and is that file.
    """
    text = (PAGES.parent / "README.md").read_text("utf-8").partition("## Both in one project")[2]
    found: list[File | Command] = []
    for language, body in re.findall(r"```(\w+)\n(.*?)```", text.partition("\n## ")[0], re.DOTALL):
        if language == "python":
            found.append(File(body.partition("\n")[0].removeprefix("# "), body))
        else:
            found += commands_in(body)
    return found


def commands_in(body: str) -> list[Command]:
    """Return the commands of a block, and what each prints."""
    parts = re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]
    return [Command(line, output) for line, _, output in (part.partition("\n") for part in parts)]


def follow(page: str, folder: Path) -> list[Command]:
    """Do what a page says in a folder, and compare what commands print; returns the commands."""
    return take(steps(page), folder)


def take(todo: list[File | Command], folder: Path) -> list[Command]:
    """Take steps in a folder, and compare what commands print; returns the commands."""
    commands = []
    for step in todo:
        if isinstance(step, File):
            path = folder / step.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step.text, "utf-8")
        elif step.line.startswith("cd "):
            folder = folder / step.line.removeprefix("cd ")
        else:
            commands.append(step)
            printed = run(step.line, folder)
            assert matches(step.output, printed), f"$ {step.line}\n{printed}"
    return commands


def run(line: str, folder: Path) -> str:
    """Run a command line with the interpreter of the tests; returns all that it prints."""
    outer = ("DJANGO_", "PYTEST_", "COV_", "PYTHON", "CHANNELTEST_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    # A file that is written twice within a second has the time of modification of the first.
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
    return subprocess.run(
        line,
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ).stdout


# Durations, the numbers of tasks and lines, and addresses: they may be others.
NUMBER = re.compile(r"\d+\.\d+s|(?<=Task-)\d+|(?<=\.py:)\d+|(?<=0x)[0-9a-f]+")


def matches(expected: str, printed: str) -> bool:
    """Whether what was printed is what a page shows."""
    expected, printed = (NUMBER.sub("0", text.strip()) for text in (expected, printed))
    pattern = re.escape(expected).replace(re.escape("..."), ".*?")
    return re.fullmatch(pattern, printed, re.DOTALL) is not None
