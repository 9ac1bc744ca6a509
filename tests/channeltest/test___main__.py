from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

COMMANDS = {
    "module": [sys.executable, "-m", "channeltest"],
    "script": [str(Path(sysconfig.get_path("scripts"), "channeltest"))],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_exit_code_is_that_of_the_command(command, tmp_path):
    done = subprocess.run(
        [*COMMANDS[command], "upgrade", str(tmp_path / "nowhere")], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
