"""The live server test case of Channels 1."""

from __future__ import annotations

from django.test import TransactionTestCase


class ChannelLiveServerTestCase(TransactionTestCase):
    """A test case whose project is served by real processes.

    This version of channeltest has its name, so that suites which import it load, and no
    server behind it: a test that uses it fails and says so.
    """

    host = "localhost"
    worker_threads = 1
    serve_static = True

    @classmethod
    def setUpClass(cls) -> None:
        """Refuse.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(
            f"{cls.__qualname__} needs a live server, which this version of channeltest does not "
            "have. Run it with django.test.LiveServerTestCase or leave it out for now; all other "
            "tests of the suite run."
        )
