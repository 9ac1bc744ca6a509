"""Print a file that records a suite on Channels 1, Python 2.7 or 3.4 to 3.8.

The file goes into the old project, and what it records is compared here:

  channeltest recorder > channels1_recorder.py
"""

from __future__ import annotations

import argparse
import ast
import sys
from pathlib import Path

_FOLDER = Path(__file__).with_name("parts")

# The parts, each after those that it imports.
PARTS = (
    *("contents", "entries", "patches", "names", "events"),
    *("files", "sequences", "suite", "runners"),
)

HEAD = '''\
# -*- coding: utf-8 -*-
"""Record what the consumers of a Channels 1 project do in each test that passes.

This file needs nothing but the project: Python 2.7 or 3.4 to 3.8, Django 1.8 to 2.2, Channels 1.0
or 1.1. Put it beside manage.py, and "channels1_recorder" first into INSTALLED_APPS; then run::

    CHANNELTEST_RECORD=before.json python manage.py test

With pytest it is a plugin, and no app::

    python -m pytest -p channels1_recorder --channeltest-record=before.json

On today's Channels, ``--channeltest-compare=before.json`` of channeltest compares with the file.
"""
'''


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``channeltest recorder``: there are none.

    Args:
        parser: The parser of the subcommand.
    """


def run(options: argparse.Namespace) -> int:
    """Run ``channeltest recorder``.

    Args:
        options: What `add_arguments` defines.

    Returns:
        The exit code.
    """
    sys.stdout.write(recorder())
    return 0


def recorder() -> str:
    """Return the text of the recorder: its parts as one module."""
    imports: set[str] = set()
    bodies = []
    for name in PARTS:
        text = (_FOLDER / f"{name}.py").read_text(encoding="utf-8")
        lines = text.splitlines()
        docstring, *statements = ast.parse(text).body
        title = lines[0].strip('"')
        for node in [docstring, *statements]:
            is_import = isinstance(node, ast.Import | ast.ImportFrom)
            if is_import and not getattr(node, "level", 0):
                imports.add(ast.unparse(node))
            if is_import or node is docstring:
                last = node.end_lineno or node.lineno
                lines[node.lineno - 1 : last] = [""] * (last - node.lineno + 1)
        body = "\n".join(lines).strip()
        bodies.append(f"# {title}\n\n\n{body}\n")
    first = [each for each in imports if each.startswith("from __future__")]
    standard = sorted(each for each in imports if each.startswith("import "))
    django = sorted(imports.difference(first, standard))
    head = "\n\n".join("\n".join(group) for group in (first, standard, django))
    return "\n\n".join([HEAD, head + "\n", *bodies])
