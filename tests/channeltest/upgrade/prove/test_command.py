from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from channeltest.cli import main
from tests.channeltest.upgrade.prove.checkouts import (
    COMMAND,
    ROUTE,
    ROUTING,
    commit,
    contents,
    git,
    write_suite,
)


def prove(*paths, command=COMMAND):
    only = ["--only", "function_consumers"]
    return main(["upgrade", *only, "--prove", command, *(map(str, paths) or ["."])])


def check_refused(capsys, folder, reason, *paths, command=COMMAND):
    """Check that a proof is refused, and that nothing has changed."""
    before = contents(folder), git(folder, "rev-parse", "HEAD")
    assert prove(*(paths or ["."]), command=command) == 2
    out, err = capsys.readouterr()
    assert reason in err
    assert out == ""
    assert (contents(folder), git(folder, "rev-parse", "HEAD")) == before
    check_nothing_left(folder)


def check_nothing_left(folder):
    assert len(git(folder, "worktree", "list").splitlines()) == 1
    assert {each.name for each in folder.parent.iterdir()} <= {"project", "runs.txt"}


def test_everything_is_proved(folder, capsys):
    assert prove(".") == 1
    out, err = capsys.readouterr()
    assert "Converted and proved (2)" in out
    assert "CT101  app.consumers.one  connect: 1 frame in 1 test" in out
    assert "app.consumers.three  no test reaches it" in out
    assert "2 converted and proved, 1 converted and unproved, 0 not converted." in out
    assert "The 3 commits are on the branch main, which is checked out." in out
    assert "app.consumers.one: the same (1 tests" in err and "\x1b" not in err
    check_nothing_left(folder)
    assert git(folder, "status", "--porcelain") == ""
    assert b"def one" not in contents(folder)[(folder / "app/consumers.py").relative_to(folder)]
    messages = git(folder, "log", "--format=%s%n%b").splitlines()
    assert "Convert app.consumers.one to today's Channels" in messages
    assert "Proof: connect: 1 frame in 1 test." in messages
    assert prove(".") == 0


def test_only_what_reaches_it_runs(folder):
    prove(".")
    one, two = (f"['tests.Tests.test_{name}']" for name in ("one", "two"))
    runs = (folder.parent / "runs.txt").read_text().splitlines()
    # Two records first. For the last consumer, which no test is known to reach, all tests run.
    assert runs == ["None", "None", one, two, "None"]


def test_all_tests_run_in_the_end(folder, capsys):
    (folder / "app/routing.py").write_text(ROUTING.replace(ROUTE.format("three"), ""))
    commit(folder)
    prove(".")
    assert (folder.parent / "runs.txt").read_text().splitlines()[-1] == "None"
    assert "runs all 3 tests with all that is converted" in capsys.readouterr().err


def test_what_differs_is_restored(folder, capsys):
    write_suite(folder, wrong={"one": "one"})
    commit(folder)
    before = git(folder, "rev-parse", "HEAD")
    assert prove(".") == 1
    out, _ = capsys.readouterr()
    assert "1 converted and proved, 1 converted and unproved, 1 not converted." in out
    assert "app.consumers.one: CT101 was tried, and is as it was:" in out
    assert "    tests.Tests.test_one: the consumers do not do what before has" in out
    assert "      recorded: a" in out
    text = (folder / "app/consumers.py").read_text()
    assert 'def one(message):\n    message.reply_channel.send({"accept": True})\n' in text
    assert (
        'route("websocket.connect", "app.consumers.one"' in (folder / "app/routing.py").read_text()
    )
    assert git(folder, "rev-list", "--count", f"{before}..HEAD") == "2"


def test_a_test_that_fails(folder, capsys):
    write_suite(folder, fails="two")
    commit(folder)
    prove(".")
    out, _ = capsys.readouterr()
    assert "tests.Tests.test_two passed before, and does not now:" in out
    assert "Traceback: it fails" in out


@pytest.mark.parametrize("cause", ["one", "two", "three"])
def test_what_only_another_test_shows(folder, capsys, cause):
    """The whole suite differs in the end; the first conversion with which it does is undone."""
    write_suite(folder, wrong={"elsewhere": cause})
    commit(folder)
    prove(".")
    out, _ = capsys.readouterr()
    assert f"app.consumers.{cause}: CT101 was tried, and is as it was:" in out
    assert "All 3 tests of the record pass" in out
    text = (folder / "app/consumers.py").read_text()
    assert [name for name in ("one", "two", "three") if f"def {name}(" in text] == [cause]
    check_nothing_left(folder)


def test_a_threshold_that_some_tests_do_not_reach(folder, capsys):
    write_suite(folder, threshold=True)
    commit(folder)
    prove(".")
    assert "2 converted and proved" in capsys.readouterr().out


def test_nothing_to_convert(folder, capsys):
    assert prove("app/__init__.py", command="false") == 0
    assert "0 converted and proved" in capsys.readouterr().out


def test_a_checkout_with_changes(folder, capsys):
    (folder / "app/consumers.py").write_text("x = 1\n")
    (folder / "new.py").write_text("")
    check_refused(capsys, folder, "has changes that are not committed (app/consumers.py, new.py)")


def test_no_checkout(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert prove(".") == 2
    assert "is in no checkout of git" in capsys.readouterr().err


def test_no_commit(tmp_path, monkeypatch, capsys):
    git(tmp_path, "init", "--quiet")
    monkeypatch.chdir(tmp_path)
    assert prove(".") == 2
    assert "has no commit yet" in capsys.readouterr().err


def test_no_git(folder, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(folder))
    assert prove(".") == 2
    assert "git is not installed" in capsys.readouterr().err


def test_paths_elsewhere(folder, capsys, tmp_path):
    other = tmp_path / "other.py"
    other.write_text("")
    before = contents(folder)
    assert prove(other) == 2
    assert f"{other} is not in the checkout" in capsys.readouterr().err
    other.unlink()
    check_refused(capsys, folder, "nothing.py: cannot be read: No such file", "nothing.py")
    check_refused(capsys, folder, "an empty path was named", "")
    assert contents(folder) == before


def test_a_path_that_git_ignores(folder, capsys):
    (folder / ".gitignore").write_text("local.py\n")
    (folder / "local.py").write_text("import channels\n")
    commit(folder)
    check_refused(capsys, folder, "git has no file of", "local.py")


def test_a_suite_that_fails_before(folder, capsys):
    write_suite(folder, fails="always")
    commit(folder)
    reason = f"fails before anything is converted ({COMMAND}: exit status 1):\nthe end"
    check_refused(capsys, folder, reason)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("", "takes the command that runs the tests"),
        ("A=1", "takes the command that runs the tests"),
        ("a 'b", "cannot read the command"),
        ("no-such-command", "cannot run 'no-such-command': No such file"),
        ("true", "records no test. Is 'channeltest' in INSTALLED_APPS"),
    ],
)
def test_commands_that_run_no_suite(folder, capsys, command, reason):
    check_refused(capsys, folder, reason, command=command)


def test_a_file_that_is_no_python_3(folder, capsys):
    (folder / "app/old.py").write_text("import channels\nprint 'x'\n")
    commit(folder)
    check_refused(capsys, folder, "old.py:2: is no Python 3")


def test_standard_input_is_no_project(folder, capsys):
    check_refused(capsys, folder, "-: cannot be read", "-")


def test_a_checkout_that_changes_meanwhile(folder, capsys):
    text = (folder / "suite.py").read_text()
    (folder / "suite.py").write_text(f"{text.replace('sys.exit', meanwhile(folder))}")
    commit(folder)
    before = git(folder, "rev-parse", "HEAD")
    prove(".")
    place = "The 3 commits are on the branch channeltest-upgrade, because the checkout has changed"
    assert place in capsys.readouterr().out
    assert git(folder, "rev-parse", "HEAD") == before
    assert git(folder, "rev-list", "--count", f"{before}..channeltest-upgrade") == "3"


def meanwhile(folder):
    return f"pathlib.Path({str(folder)!r}, 'new.txt').write_text('')\nsys.exit"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupt(folder, number):
    """The suite interrupts the command while it runs; nothing is left."""
    text = (folder / "suite.py").read_text()
    kill = f"os.kill(int(os.environ['PROVING']), {int(number)})\n" if number else ""
    wait = "import signal; signal.pause()\n"
    (folder / "suite.py").write_text(
        text.replace("sys.exit", f"if compares:\n    {kill}    {wait}sys.exit")
    )
    commit(folder)
    before = contents(folder), git(folder, "rev-parse", "HEAD")
    code = "import os, sys; os.environ['PROVING'] = str(os.getpid())\n"
    code += "from channeltest.cli import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, "upgrade", "--prove", COMMAND, "."],
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "interrupted; the checkout is as it was" in done.stderr
    assert (contents(folder), git(folder, "rev-parse", "HEAD")) == before
    check_nothing_left(folder)


def test_colours_on_a_terminal(folder, capsys, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    prove(".")
    assert "\x1b[36mprove\x1b[0m: records the suite" in capsys.readouterr().err
