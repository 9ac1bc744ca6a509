"""Consumers that use the database."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import tempfile
from typing import Any

from django.test import TestCase

from ..apps import Committer, Writer
from ..running import run
from . import connected, feature

GROUP = "Databases"

ROOT = pathlib.Path(__file__).resolve().parents[3]

PYTEST_SUITE = """
import pytest
from channels.db import database_sync_to_async
from django.contrib.auth.models import Group
from tests.comparison.apps import Writer
from tests.comparison.libraries import LIBRARIES

pytestmark = [pytest.mark.django_db, pytest.mark.asyncio]
library = LIBRARIES[{library}]

@pytest.fixture
def written():
    return Group.objects.create(name="a fixture's")

@pytest.mark.parametrize("time", range(2))
async def test_it(written, time):
    communicator = library.WebsocketCommunicator(Writer.as_asgi(), "/ws/")
    assert (await communicator.connect())[0]
    await communicator.send_to("write")
    assert await communicator.receive_from() == "3"
    await communicator.disconnect()
    assert await database_sync_to_async(Group.objects.count)() == 4
"""


def writing_case(library: Any) -> type[TestCase]:
    """Return a test case whose tests write through a consumer, and find what is theirs only."""

    class Case(TestCase):
        async def write(self):
            from django.contrib.auth.models import Group

            await Group.objects.acreate(name="the test's")
            communicator = await connected(library, Writer.as_asgi())
            await communicator.send_to("write")
            assert await communicator.receive_from() == "3"
            await communicator.disconnect()
            assert await Group.objects.acount() == 4

        test_one = test_two = write

    return Case


@feature(GROUP, "Django's ``TestCase`` rolls back what async consumers write, on SQLite in memory")
def test_case_in_memory(library):
    assert run(writing_case(library)).wasSuccessful()


@feature(GROUP, "``TestCase`` likewise, on SQLite in a file")
def test_case_on_file(library):
    with tempfile.TemporaryDirectory() as directory:
        assert run(writing_case(library), f"{directory}/test.sqlite3").wasSuccessful()


@feature(GROUP, "pytest's ``django_db`` rolls it back, on SQLite in memory")
def pytest_in_memory(library):
    assert pytest_passes(library, None)


@feature(GROUP, "``django_db`` likewise, on SQLite in a file")
def pytest_on_file(library):
    with tempfile.TemporaryDirectory() as directory:
        assert pytest_passes(library, f"{directory}/test.sqlite3")


@feature(GROUP, "``captureOnCommitCallbacks()`` in an ``async def`` test captures a consumer's")
def on_commit(library):
    class Case(TestCase):
        async def test(self):
            communicator = await connected(library, Committer.as_asgi())
            with self.captureOnCommitCallbacks(execute=True) as callbacks:
                await communicator.send_to("save")
                assert await communicator.receive_from() == "saved"
            assert len(callbacks) == 1
            await communicator.disconnect()

    assert run(Case).wasSuccessful()


def pytest_passes(library: Any, file: str | None) -> bool:
    """Whether a suite of pytest functions passes with the library."""
    from ..libraries import LIBRARIES

    with tempfile.TemporaryDirectory() as directory:
        suite = pathlib.Path(directory, "test_writing.py")
        suite.write_text(PYTEST_SUITE.format(library=LIBRARIES.index(library)))
        # What channeltest asks of a project; the others ask for nothing.
        asks = ["channeltest_captive_layers = true"] if library.name == "channeltest" else []
        pathlib.Path(directory, "pytest.ini").write_text("\n".join(["[pytest]", *asks]))
        alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
        environment = {**os.environ, **alone}
        if file is not None:
            environment["COMPARED_DATABASE"] = file
        plugins = ["pytest_django.plugin", "pytest_asyncio.plugin", "no:cacheprovider"]
        if library.name == "channeltest":
            plugins.append("channeltest.pytest_plugin")
        options = [option for plugin in plugins for option in ("-p", plugin)]
        return not subprocess.run(
            [sys.executable, "-m", "pytest", *options, "-W", "ignore", "test_writing.py"],
            cwd=directory,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        ).returncode
