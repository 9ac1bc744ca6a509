"""The live server test case has a name, and says what it cannot do."""

from __future__ import annotations

import unittest

from channeltest.live import ChannelLiveServerTestCase

from .helpers import run


def test_its_tests_are_errors_that_say_why():
    class Case(ChannelLiveServerTestCase):
        def test(self):
            raise AssertionError("run")

    [text] = run(Case).values()
    assert text.startswith("NotImplementedError")
    assert "Case needs a live server" in text


def test_its_attributes_can_be_overridden_at_definition():
    class Case(ChannelLiveServerTestCase):
        serve_static = False
        worker_threads = 2
        host = "127.0.0.1"

    assert issubclass(Case, unittest.TestCase)
    assert ChannelLiveServerTestCase.serve_static
