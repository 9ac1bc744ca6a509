"""An interpreter that runs random programs, as a process of its own."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
from pathlib import Path
from typing import Any

from tests.differential.transcripts import HERE, ROOT, Entries


class Peer:
    """``programs.py`` on one of the two stacks, asked for one program's transcript after another.

    Args:
        python: The interpreter.
        patience: Seconds to wait for one transcript before the program counts as hanging.
    """

    def __init__(self, python: str | Path, patience: float = 30) -> None:
        self.python, self.patience = str(python), patience
        self._process: subprocess.Popen[str] | None = None

    def ask(self, program: dict[str, Any]) -> Entries:
        """Runs a program; a process that hangs or dies answers with an ``error`` entry."""
        process = self._process or self._start()
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(program) + "\n")
        process.stdin.flush()
        line = process.stdout.readline() if self._answers(process) else ""
        if not line:
            self.close()
            return [["error", "the program hangs or ends its process"]]
        entries: Entries = json.loads(line)
        return entries

    def _start(self) -> subprocess.Popen[str]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            [self.python, str(HERE / "programs.py")],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        return self._process

    def _answers(self, process: subprocess.Popen[str]) -> bool:
        assert process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            return bool(selector.select(self.patience))

    def close(self) -> None:
        """Ends the process; asking again starts another."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()
