"""Which lines of a project's functions each test reaches, as ``CHANNELTEST_LINES`` asks for it.

The variable has the file to write and, behind a colon as in ``PATH``, the folder of the project.
The file is an object of JSON: ``"tests"`` has the lines by test and file, ``"problem"`` says why
nothing was measured. A parallel run measures in each of its processes.

From Python 3.12 on, lines are measured beside whatever else does that. Before, only one tool can:
a run that is measured already, by coverage or a debugger, is not measured here.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
import threading
from collections import defaultdict
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Protocol

VARIABLE = "CHANNELTEST_LINES"

_PROBLEM = "another tool measures lines, and Python before 3.12 knows only one"
_NO_TOOL = "too many tools measure lines"


class _Tool(Protocol):
    """What Python calls for each line.

    Attributes:
        reached: The files and lines that were reached since it was last emptied.
    """

    reached: set[tuple[str, int]]

    def start(self) -> str:
        """Begin; return why that is not possible, or ``""``."""
        raise NotImplementedError

    def begin(self) -> str:
        """Forget what was reached; return why lines are not measured, or ``""``."""
        raise NotImplementedError

    def stop(self) -> None:
        """End."""
        raise NotImplementedError


class _Files:
    """The code of the functions in a folder.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._start = f"{folder}{os.sep}"
        # Modules and classes run once, when they are imported.
        self._is_function = inspect.CO_OPTIMIZED

    def __contains__(self, code: CodeType) -> bool:
        is_function = bool(code.co_flags & self._is_function)
        return is_function and code.co_filename.startswith(self._start)


class _Monitoring:
    """Lines by ``sys.monitoring``, each once a test: it takes hardly any time.

    Args:
        files: The code that is measured.
    """

    def __init__(self, files: _Files) -> None:
        self.reached: set[tuple[str, int]] = set()
        self._files = files
        self._monitoring: Any = getattr(sys, "monitoring", None)
        self._tool = -1
        self._codes: set[CodeType] = set()

    def start(self) -> str:
        """Begin; return why that is not possible, or ``""``."""
        monitoring = self._monitoring
        free = [each for each in range(6) if monitoring.get_tool(each) is None]
        if not free:
            return _NO_TOOL
        # The first numbers are those of debuggers, coverage and profilers.
        self._tool = free[-1]
        monitoring.use_tool_id(self._tool, "channeltest")
        monitoring.register_callback(self._tool, monitoring.events.PY_START, self._started)
        monitoring.register_callback(self._tool, monitoring.events.LINE, self._line)
        monitoring.set_events(self._tool, monitoring.events.PY_START)
        return ""

    def _started(self, code: CodeType, _offset: int) -> object:
        if code in self._files:
            self._codes.add(code)
            self._monitoring.set_local_events(self._tool, code, self._monitoring.events.LINE)
        return self._monitoring.DISABLE

    def _line(self, code: CodeType, line: int) -> object:
        self.reached.add((code.co_filename, line))
        return self._monitoring.DISABLE

    def begin(self) -> str:
        """Forget what was reached; return why lines are not measured, or ``""``."""
        self.reached = set()
        self._monitoring.restart_events()
        return ""

    def stop(self) -> None:
        """End."""
        monitoring, tool, self._tool = self._monitoring, self._tool, -1
        if tool < 0:
            return
        monitoring.set_events(tool, 0)
        for code in self._codes:
            monitoring.set_local_events(tool, code, 0)
        for event in (monitoring.events.PY_START, monitoring.events.LINE):
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)


class _Tracing:
    """Lines by ``sys.settrace``.

    Args:
        files: The code that is measured.
    """

    def __init__(self, files: _Files) -> None:
        self.reached: set[tuple[str, int]] = set()
        self._files = files

    def start(self) -> str:
        """Begin; return why that is not possible, or ``""``."""
        if sys.gettrace() is not None:
            return _PROBLEM
        threading.settrace(self._call)
        sys.settrace(self._call)
        return ""

    def _call(self, frame: FrameType, _event: str, _argument: object) -> Any:
        return self._line if frame.f_code in self._files else None

    def _line(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self.reached.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line

    def begin(self) -> str:
        """Forget what was reached; return why lines are not measured, or ``""``."""
        self.reached = set()
        return "" if sys.gettrace() == self._call else _PROBLEM

    def stop(self) -> None:
        """End."""
        if sys.gettrace() == self._call:
            sys.settrace(None)
        if threading.gettrace() == self._call:
            threading.settrace(None)


class Lines:
    """Measures what the environment asks for, in all processes of a run.

    Args:
        parts: The folder in which each process writes what it has measured.
    """

    def __init__(self, parts: Path) -> None:
        file, _, folder = os.environ.get(VARIABLE, "").partition(os.pathsep)
        self._file = Path(file) if file else None
        self._folder, self._parts = Path(folder), parts
        files = _Files(self._folder)
        self._tool: _Tool = _Monitoring(files) if hasattr(sys, "monitoring") else _Tracing(files)
        self._problem = ""

    def start(self) -> None:
        """Begin to measure."""
        if self._file is not None:
            self._problem = self._tool.start()

    def begin(self) -> None:
        """Begin a test."""
        if self._file is not None and not self._problem:
            self._problem = self._tool.begin()

    def passed(self, test: str) -> None:
        """Write what a test has reached.

        Args:
            test: The name of the test.
        """
        if self._file is None:
            return
        found: dict[str, list[int]] = defaultdict(list)
        for name, line in sorted(self._tool.reached):
            found[Path(name).relative_to(self._folder).as_posix()].append(line)
        with (self._parts / f"{os.getpid()}.lines").open("a", encoding="utf-8") as part:
            part.write(f"{json.dumps([test, found, self._problem])}\n")

    def stop(self) -> None:
        """End to measure in this process."""
        if self._file is not None:
            self._tool.stop()

    def write(self) -> None:
        """Write the file from what all processes have measured."""
        if self._file is None:
            return
        tests, problem = {}, self._problem
        for part in sorted(self._parts.glob("*.lines")):
            for line in part.read_text(encoding="utf-8").splitlines():
                test, found, its_problem = json.loads(line)
                tests[test] = found
                problem = problem or its_problem
        text = json.dumps({"problem": problem, "tests": {} if problem else tests})
        self._file.write_text(text, encoding="utf-8")
