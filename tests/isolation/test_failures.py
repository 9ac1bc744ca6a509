"""A test that fails never makes another one fail, whatever it leaves behind."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.channeltest.helpers import ENVIRONMENT
from tests.channeltest.test_pytest_plugin import PROJECT, outcome, run

FUNCTIONS = "half_failing_tests.py"
CASES = "half_failing_cases.py"


class TestFunctions:
    """400 in random order; 20 of the failures are those of a fixture."""

    @pytest.mark.parametrize(
        "options",
        [
            [],
            ["-n", "2"],
            # One loop for all of them, where nothing ends by itself.
            ["-o", "asyncio_default_test_loop_scope=session"],
        ],
    )
    def test_200_fail_and_200_pass(self, options):
        output = run(FUNCTIONS, "--tb=no", "-p", "randomly", *options, status=1)
        assert outcome(output) == "180 failed, 200 passed, 20 errors"
        assert "::test_passes" not in output


class TestCases:
    def test_under_pytest(self):
        output = run(CASES, "-o", f"python_files={CASES}", "--tb=no", "-p", "randomly", status=1)
        assert outcome(output) == "200 failed, 200 passed"
        assert "::TestPasses::" not in output

    def test_under_the_plugin(self):
        options = ["-o", f"python_files={CASES}", "-o", "channeltest_captive_layers=true"]
        output = run(CASES, *options, "--tb=no", "-p", "randomly", status=1, PLUGIN_IS_ASKED="1")
        assert outcome(output) == "200 failed, 200 passed"
        assert "::TestPasses::" not in output

    def test_under_djangos_runner(self):
        command = ["-W", "error", "-m", "django", "test", "--shuffle", "-p", CASES]
        done = subprocess.run(
            [sys.executable, *command],
            cwd=PROJECT,
            env={**ENVIRONMENT, "DJANGO_SETTINGS_MODULE": "settings"},
            capture_output=True,
            text=True,
        )
        assert "Ran 400 tests" in done.stderr
        failed = re.findall(
            r"^(?:FAIL|ERROR): (\w+) \(half_failing_cases\.(\w+)", done.stderr, re.M
        )
        assert len(failed) == 200
        assert {case for _, case in failed} == {"TestFails", "TestFailsInSetUp"}
