"""The 200 tests that fail and the 200 that pass, as Django's test cases."""

import os

from chat.models import Line
from django.test import TestCase
from half_failing_tests import Failing, Passing, ways

from channeltest import captive_layers


class OnCaptiveLayers(TestCase):
    """Django's own, with captive layers for each test, unless the plugin gives them."""

    def run(self, result=None):
        if os.environ.get("PLUGIN_IS_ASKED"):
            return super().run(result)
        with captive_layers():
            return super().run(result)


def body_of(way, owner):
    async def test(self):
        await getattr(owner(), way)()

    return test


class TestFails(OnCaptiveLayers):
    for way in ways(Failing):
        for time in range(20):
            locals()[f"test_{way}_{time}"] = body_of(way, Failing)
    del way, time


class TestFailsInSetUp(OnCaptiveLayers):
    def setUp(self):
        Line.objects.create(text="left")
        raise AssertionError

    for time in range(20):
        locals()[f"test_{time}"] = body_of("rows", Failing)
    del time


class TestPasses(OnCaptiveLayers):
    for way in ways(Passing):
        for time in range(50):
            locals()[f"test_{way}_{time}"] = body_of(way, Passing)
    del way, time
