"""Runs the scenarios on the interpreter it is started with, and writes their transcripts as JSON.

python tests/differential/runner.py                      # all of them, to standard output
python tests/differential/runner.py --only sessions      # a family, or one by its full name
python tests/differential/runner.py --out FILE
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import sys
import traceback
from typing import Any, Dict, List, Optional

sys.path[0:1] = [os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))]

from tests.differential import recorder, scenarios, stack  # noqa: E402


def families() -> List[str]:
    """The names of the scenario modules."""
    return sorted(module.name for module in pkgutil.iter_modules(scenarios.__path__))


def run(name: str) -> Dict[str, Any]:
    """Runs a scenario; returns its ``transcript`` and its ``error``, a traceback or ``""``."""
    function = recorder.REGISTRY[name]
    t = recorder.Recorder()

    def body(case: Any) -> None:
        t.case = case
        function(t)

    error = ""
    if getattr(function, "bare", False):
        try:
            function(t)
        except Exception:
            error = traceback.format_exc()
    else:
        error = stack.run_in_case(body)
    stack.tidy()
    return {"transcript": t.entries, "error": error}


def run_all(only: str = "") -> Dict[str, Dict[str, Any]]:
    """Runs every scenario whose name is ``only`` or begins with it and a dot."""
    for family in families():
        importlib.import_module(f"tests.differential.scenarios.{family}")
    chosen = [n for n in sorted(recorder.REGISTRY) if not only or (n + ".").startswith(only + ".")]
    return {name: run(name) for name in chosen}


def main(argv: Optional[List[str]] = None) -> int:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--out", help="the file to write; standard output without it")
    parser.add_argument("--only", default="", help="a family, or one scenario's full name")
    options = parser.parse_args(argv)
    with stack.environment():
        results = run_all(options.only)
    text = json.dumps(results, indent=1, sort_keys=True)
    if options.out:
        with open(options.out, "w") as out:
            out.write(text)
    else:
        print(text)
    for name, result in results.items():
        if result["error"]:
            print(f"{name}: {result['error']}", file=sys.stderr)
    return int(any(result["error"] for result in results.values()))


if __name__ == "__main__":
    sys.exit(main())
