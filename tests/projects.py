"""Complete projects among the tests, whose suites run in processes of their own."""

import os
import pathlib
import subprocess
import sys


class Project:
    """A directory with settings and test modules, run as its developers would run it."""

    def __init__(self, path):
        self.path = str(pathlib.Path(path))

    def python(self, *command):
        """Run a module of Python there; return its output, or fail with it."""
        outer = ("DJANGO_", "PYTEST_", "COV_")
        process = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.path,
            env={name: value for name, value in os.environ.items() if not name.startswith(outer)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.returncode == 0, process.stdout
        return process.stdout

    def django_test(self, settings, *arguments):
        """Run ``manage.py test`` under the settings."""
        return self.python("django", "test", "--settings", settings, *arguments)

    def pytest(self, *arguments):
        """Run pytest without a cache."""
        return self.python("pytest", "-p", "no:cacheprovider", *arguments)
