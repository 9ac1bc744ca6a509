from __future__ import annotations

import gc
import subprocess
import sys

import pytest

import channeltest
from channeltest.cli import main


def test_version(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"channeltest {channeltest.__version__}\n"


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["upgrade", "--nothing"]])
def test_wrong_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: channeltest" in capsys.readouterr().err


def test_an_error_is_a_message_on_stderr(tmp_path, capsys):
    assert main(["upgrade", str(tmp_path / "nowhere")]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "nowhere: cannot be read: No such file or directory" in err


def test_the_package_does_not_import_the_tools():
    code = (
        "import channeltest, sys; print([m for m in sys.modules if m.startswith('channeltest.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_tools_import_no_django():
    code = (
        "import sys; from channeltest.cli import main; main(['upgrade', '--list-fixers']);"
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'channels', 'asgiref')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("enabled", [True, False])
def test_the_garbage_collector_is_what_it_was(enabled, tmp_path):
    before = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        assert main(["check", str(tmp_path)]) == 0
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()
