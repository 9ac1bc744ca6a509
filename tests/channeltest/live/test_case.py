"""What the live test cases have in common."""

from __future__ import annotations

from django.test import LiveServerTestCase

from channeltest.live.case import LiveTestCase

from ..helpers import run
from .helpers import IN_MEMORY, ModernThreads, case


def test_django_s_name_is_not_hidden():
    assert not issubclass(LiveTestCase, LiveServerTestCase)
    assert LiveTestCase.__name__ != LiveServerTestCase.__name__


def test_a_kind_of_server_that_is_none():
    outcome = run(case(ModernThreads, IN_MEMORY, server="forest", test=lambda self: None))
    assert list(outcome.values()) == ["ValueError: server is 'process' or 'thread', not 'forest'"]
