"""The layers in memory do what the published suite asks of every layer."""

import time
import unittest
from unittest import mock

import pytest
from asgiref.inmemory import ChannelLayer

from channeltest.layers.captive import CaptiveLayer

from .published import conformance_test_case


@pytest.fixture
def sleepless(monkeypatch):
    """Let ``time.sleep`` move ``time.time`` and return at once."""
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.append(now.pop() + seconds))


@pytest.fixture(scope="session")
def published():
    return conformance_test_case()


LAYERS = {
    "captive": CaptiveLayer,
    "strict": lambda **options: CaptiveLayer(wire="strict", **options),
    "inmemory": ChannelLayer,
}


@pytest.mark.usefixtures("sleepless")
@pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)
def test_conformance(published, make):
    class Conformance(published):
        channel_layer = make(expiry=1, group_expiry=2, capacity=5)
        expiry_delay = 1.1
        capacity_limit = 5

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Conformance).run(result)
    assert [traceback for _, traceback in result.errors + result.failures] == []
    assert result.skipped == []
    assert result.testsRun == 18


@pytest.mark.usefixtures("sleepless")
def test_the_suite_can_fail(published):
    layer = CaptiveLayer(expiry=10, group_expiry=30, capacity=6)

    class Conformance(published):
        channel_layer = layer
        expiry_delay = 1.1
        capacity_limit = 5

    result = unittest.TestResult()
    with mock.patch.object(layer, "flush"):
        unittest.defaultTestLoader.loadTestsFromTestCase(Conformance).run(result)
    failed = {case.id().rpartition(".")[2] for case, _ in result.errors + result.failures}
    assert {"test_flush", "test_flush_groups", "test_message_expiry", "test_capacity"} <= failed
    assert [reason for _, reason in result.skipped] == ["Expiry too long for test"]
