"""``python -m tests.comparison.probe LIBRARY [PROBE …]``: run features with it, print JSON.

Every probe has a process of its own, forked from this one: nothing that one library leaves behind
can be another's answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import multiprocessing
import os
import pathlib
import signal
import subprocess
import sys
import traceback
import warnings
from multiprocessing import connection
from typing import Any

from .features import Feature, all_features
from .libraries import CHANNELTEST, LIBRARIES, Library

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Real seconds after which probes are given up, if none of them answers.
BOUND = 100

# Most of them wait.
AT_A_TIME = 6

YES, NO = "yes", "no"

PROCESSES = multiprocessing.get_context("fork")


def answers_of(library: Library, *probes: str) -> dict[str, str]:
    """Return the answers of probes, by the names of their functions, from a process of their own.

    Args:
        library: The library that they are asked of.
        *probes: Names of the functions; by default all.
    """
    environment = {
        **os.environ,
        "COMPARED": library.name,
        "DJANGO_SETTINGS_MODULE": "tests.comparison.settings",
    }
    command = [sys.executable, "-m", "tests.comparison.probe", library.name, *probes]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    answers: dict[str, str] = json.loads(done.stdout)
    return answers


def ask(features: list[Feature], library: Library) -> dict[str, str]:
    """Run each probe in a process of its own, several at a time, and return the answers.

    Raises:
        TimeoutError: One gives no answer.
    """
    waiting = features[::-1]
    answers = dict.fromkeys((feature.probe.__name__ for feature in features), "")
    asked: dict[Any, tuple[str, Any]] = {}
    while waiting or asked:
        while waiting and len(asked) < AT_A_TIME:
            feature = waiting.pop()
            end, pen = PROCESSES.Pipe(duplex=False)
            process = PROCESSES.Process(target=_answer, args=(feature, library, pen))
            process.start()
            pen.close()
            asked[end] = feature.probe.__name__, process
        for end in connection.wait(list(asked), BOUND) or list(asked):
            name, process = asked.pop(end)
            if end.poll():
                with contextlib.suppress(EOFError):
                    answers[name] = end.recv()
                process.kill()
            else:
                # And what it has started itself.
                os.killpg(process.pid, signal.SIGKILL)
            process.join()
            end.close()
    silent = [name for name, answer in answers.items() if not answer]
    if silent:
        raise TimeoutError(f"no answer with {library.name} within {BOUND} s: {', '.join(silent)}")
    return answers


def _answer(feature: Feature, library: Library, pen: Any) -> None:
    os.setsid()
    # Only the answer is told, and what is wrong here.
    told = os.fdopen(os.dup(2), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    warnings.simplefilter("ignore")
    try:
        pen.send(run(feature, library))
    except BaseException as error:
        if library is CHANNELTEST and not isinstance(error, AssertionError):
            traceback.print_exc(file=told)
            told.flush()
        pen.send(NO if isinstance(error, AssertionError) else type(error).__name__)


def run(feature: Feature, library: Library) -> str:
    """Run one probe here; without the feature it fails."""
    if inspect.iscoroutinefunction(feature.probe):
        asyncio.run(feature.probe(library))
    else:
        feature.probe(library)
    return YES


def main(name: str, *probes: str) -> None:
    """Print the answers of the library with that name; see `answers_of`."""
    import django

    django.setup()
    [library] = [each for each in LIBRARIES if each.name == name]
    features = [each for each in all_features() if not probes or each.probe.__name__ in probes]
    print(json.dumps(ask(features, library)))


if __name__ == "__main__":
    main(*sys.argv[1:])
