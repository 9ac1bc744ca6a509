"""``python -m bench.live_servers``: how long live servers of tests take to start and to stop.

In threads and in processes, beside the live server of ``channels.testing`` where Daphne is
installed, and beside a test without a server: what that takes is Django's flush of the database.
Each figure is the best of some rounds, in milliseconds.
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
import time
import unittest
from collections.abc import Callable

ROUNDS = 5


def main() -> None:
    """Print a line for each kind of server."""
    with tempfile.TemporaryDirectory() as directory:
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        os.environ["SERVED_DIRECTORY"] = directory
        import django
        from django.conf import settings

        settings.DATABASES["default"]["TEST"] = {"NAME": f"{directory}/test.sqlite3"}
        settings.ASGI_APPLICATION = "bench.served.native.application"
        settings.CHANNEL_LAYERS, settings.STATIC_URL = {}, "/static/"
        django.setup()
        from django.db import connection

        connection.creation.create_test_db(verbosity=0)
        from django.test import TransactionTestCase

        from channeltest import ChannelsLiveServerTestCase

        # All others flush the database too.
        sides: dict[str, Callable[[], type]] = {
            "no server": lambda: _case(TransactionTestCase, live_server_url="none"),
            "threads": lambda: _case(ChannelsLiveServerTestCase, server="thread"),
            "processes": lambda: _case(ChannelsLiveServerTestCase, start_method="fork"),
        }
        if importlib.util.find_spec("daphne"):
            from channels.testing import ChannelsLiveServerTestCase as Original

            sides["channels.testing"] = lambda: _case(Original)
        print("Start and stop of a live server, best of", ROUNDS)
        for name, make in sides.items():
            best = min(_seconds(make()) for _ in range(ROUNDS))
            print(f"{name:<20}{best * 1e3:>9.1f} ms")


def _case(base: type, **attributes: object) -> type:
    def test(self) -> None:
        assert self.live_server_url

    @classmethod
    def is_in_memory(cls, connection: object) -> bool:
        return False

    return type("Live", (base,), {"test": test, "_is_in_memory_db": is_in_memory, **attributes})


def _seconds(case: type) -> float:
    begun = time.perf_counter()
    result = unittest.TestResult()
    unittest.TestSuite([case("test")]).run(result)
    assert result.wasSuccessful(), result.errors
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
