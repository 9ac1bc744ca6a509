"""A small project in a checkout of git, and a command that stands for its suite."""

from __future__ import annotations

import subprocess
import sys

import pytest

CONSUMER = 'def {0}(message):\n    message.reply_channel.send({{"accept": True}})\n\n\n'
ROUTE = '    route("websocket.connect", "app.consumers.{0}", path="^/{0}/$"),\n'
NAMES = ("one", "two", "three")
CONSUMERS = "".join(CONSUMER.format(name) for name in NAMES)
ROUTING = f"from channels import route\n\nr = [\n{''.join(map(ROUTE.format, NAMES))}]\n"

# It writes a record of one test for each consumer, and another that reaches none. A test differs
# from the record, or fails, if its consumer is converted and `WRONG` or `FAILS` names it. Each
# test reaches all lines of its consumer, the other one those of the last. If the consumer that
# `LOST` names for a test is converted, it reaches none; `LOST` is None where nothing is measured.
SUITE = """\
import json, os, pathlib, py_compile, sys

text = pathlib.Path("app/consumers.py").read_text()
for file in pathlib.Path("app").glob("*.py"):
    py_compile.compile(file)
compares = bool(os.environ["CHANNELTEST_COMPARE"])
names = os.environ.get("CHANNELTEST_TESTS")
chosen = pathlib.Path(names).read_text().splitlines() if names else None
with open(os.environ["RUNS"], "a") as runs:
    runs.write(f"{chosen}\\n")
lines, status, reached = [], int(FAILS == "always"), {}
for name in ("one", "two", "elsewhere"):
    test = f"tests.Tests.test_{name}"
    if chosen is not None and test not in chosen:
        continue
    converted = f"def {WRONG.get(name, name)}(" not in text
    if converted and FAILS == name:
        print("Traceback: it fails")
        status = 1
        continue
    cause = (LOST or {}).get(name)
    if cause is None or f"def {cause}(" in text:
        own = "three" if name == "elsewhere" else name
        starts = [n for n, line in enumerate(text.splitlines(), 1) if own in line.lower()]
        reached[test] = {"app/consumers.py": [n + m for n in starts for m in range(1, 4)]}
    lines.append({"schema": "channeltest.record", "version": 1, "test": test})
    event = {"consumer": name, "channel": "websocket.connect"}
    if name == "elsewhere":
        lines.append({"kind": "group"})
    else:
        lines += [{"kind": "consume", **event}, {"kind": "frame", **event}]
    alone = f"def {NEEDS.get(name)}(" in text
    is_stale = name == TIME and os.environ["CHANNELTEST_COMPARE"].count(os.pathsep) < 2
    if (converted and (name in WRONG or alone) or is_stale) and compares:
        print(f"{test}: the consumers do not do what before has\\n  recorded: a\\n  now:      b\\n")
        status = 1
status = status or int(compares and chosen is not None and THRESHOLD)
record = "".join(f"{json.dumps(line)}\\n" for line in [{"schema": "channeltest.suite"}, *lines])
pathlib.Path(os.environ["CHANNELTEST_RECORD"]).write_text(record)
if LOST is not None:
    file, _, root = os.environ["CHANNELTEST_LINES"].partition(os.pathsep)
    pathlib.Path(file).write_text(json.dumps({"problem": "", "tests": reached}))
print("the end of the output")
sys.exit(status)
"""


def write_suite(folder, wrong=None, fails="", threshold=False, lost=None, needs=None, time=""):
    """Write the suite: what differs where which consumer is converted, and which test fails.

    With ``needs={"one": "two"}``, ``one`` differs as long as ``two`` is not converted. What
    ``time`` names shows the minute, which is another one behind the first two records.
    """
    settings = f"WRONG, FAILS, THRESHOLD = {wrong or {}!r}, {fails!r}, {threshold!r}\n"
    settings += f"LOST = {lost!r}\nNEEDS = {needs or {}!r}\nTIME = {time!r}\n"
    (folder / "suite.py").write_text(settings + SUITE)


def git(folder, *arguments):
    done = subprocess.run(
        ["git", *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def commit(folder):
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a commit")


def contents(folder):
    """All files of a folder but git's."""
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }


COMMAND = f"{sys.executable} suite.py"


@pytest.fixture(autouse=True)
def identity(monkeypatch):
    """Commits have an author, whoever runs the tests, and no settings of theirs."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "somebody")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "somebody@example.org")


@pytest.fixture
def folder(tmp_path, monkeypatch, identity):
    """A checkout with three consumers, whose last one no test reaches; the current folder."""
    folder = tmp_path / "project"
    (folder / "app").mkdir(parents=True)
    for name, text in [("__init__", ""), ("consumers", CONSUMERS), ("routing", ROUTING)]:
        (folder / "app" / f"{name}.py").write_text(text)
    write_suite(folder)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("RUNS", str(tmp_path / "runs.txt"))
    return folder
