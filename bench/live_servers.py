"""``python -m bench.live_servers``: how long live servers of tests take to start and to stop.

In threads and in processes, beside the live server of ``channels.testing`` where Daphne is
installed, and beside a test without a server: what that takes is Django's flush of the database.
Of some rounds the first, which imports the server, and the best, in milliseconds.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
import unittest

ROUNDS = 5

# The sides, each measured in a process of its own: what one has imported is not to help another.
SIDES = ("no server", "threads", "processes", "channels.testing")


def main() -> None:
    """Print a line for each kind of server."""
    print(f"{'Start and stop of a live server':<34}{'first':>9}{'best of ' + str(ROUNDS):>14}")
    for side in SIDES:
        if side != "channels.testing" or importlib.util.find_spec("daphne"):
            subprocess.run([sys.executable, "-m", __spec__.name, side], check=True)


def measure(side: str) -> None:
    """Print the line of one kind of server."""
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
        seconds = [_seconds(_of_side(side)) for _ in range(ROUNDS)]
        print(f"{side:<34}{seconds[0] * 1e3:>6.1f} ms{min(seconds) * 1e3:>11.1f} ms")


def _of_side(side: str) -> type:
    """Return a test case; all flush the database."""
    from django.test import TransactionTestCase

    from channeltest import ChannelsLiveServerTestCase

    if side == "no server":
        return _case(TransactionTestCase, live_server_url="none")
    if side == "threads":
        return _case(ChannelsLiveServerTestCase, server="thread")
    if side == "processes":
        return _case(ChannelsLiveServerTestCase, start_method="fork")
    from channels.testing import ChannelsLiveServerTestCase as Original

    return _case(Original)


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
    measure(sys.argv[1]) if sys.argv[1:] else main()
