"""The signals, and the receiver that closes database connections, which stands apart."""

from __future__ import annotations

import threading
from unittest import mock

import pytest
from channeltest.compat import signals
from channeltest.compat.signals import (
    ConsumerFinished,
    ConsumerSignal,
    consumer_finished,
    consumer_started,
)
from django.db import close_old_connections
from django.dispatch import Signal


@pytest.fixture
def closer():
    """What closes old connections; the signals hold this very function."""
    with mock.patch.object(signals, "close_old_connections") as patched:
        patched.return_value = None
        yield patched


@pytest.fixture
def finished(closer):
    signal = ConsumerFinished("Sent.")
    signal.connect(closer)
    return signal


def test_the_four_signals():
    made = [consumer_started, consumer_finished, signals.worker_ready, signals.worker_process_ready]
    assert all(isinstance(signal, Signal) for signal in made)
    assert len(set(map(id, made))) == 4


def test_connections_are_closed_when_a_consumer_finishes():
    assert consumer_finished.disconnect(close_old_connections)
    consumer_finished.connect(close_old_connections)


class TestTheCloser:
    def test_comes_first(self, finished, closer):
        calls = mock.Mock()
        calls.attach_mock(closer, "closer")
        receiver = calls.receiver
        finished.connect(receiver)
        finished.send(sender=1, x=2)
        assert [name for name, _, _ in calls.mock_calls] == ["closer", "receiver"]
        closer.assert_called_once_with(signal=finished, sender=1, x=2)

    def test_is_among_the_results(self, finished, closer):
        assert finished.send(sender=None) == finished.send_robust(sender=None) == [(closer, None)]

    def test_is_left_out_by_a_client(self, finished, closer):
        receiver = mock.Mock(return_value=1)
        finished.connect(receiver)
        assert finished.send_keeping_connections(sender=None) == [(receiver, 1)]
        closer.assert_not_called()

    def test_stays_connected_for_others_meanwhile(self, finished, closer):
        """1.1.8 took it off for everybody while a test's consumer finished."""

        def receiver(**kwargs):
            thread = threading.Thread(target=finished.send, kwargs={"sender": "other"})
            finished.disconnect(receiver)
            thread.start()
            thread.join()

        finished.connect(receiver)
        finished.send_keeping_connections(sender="client")
        closer.assert_called_once_with(signal=finished, sender="other")

    def test_can_be_disconnected(self, finished, closer):
        assert finished.disconnect(closer)
        assert not finished.disconnect(closer)
        finished.send(sender=None)
        closer.assert_not_called()

    def test_connected_twice_is_called_once(self, finished, closer):
        finished.connect(closer)
        finished.send(sender=None)
        closer.assert_called_once()
        assert finished.disconnect(closer)
        assert not finished.has_listeners()

    def test_for_one_sender_is_a_receiver_like_any_other(self, closer):
        signal = ConsumerFinished("Sent.")
        signal.connect(closer, sender=str)
        signal.send(sender=int)
        closer.assert_not_called()
        signal.send_keeping_connections(sender=str)
        closer.assert_called_once()
        assert signal.disconnect(closer, sender=str)

    def test_counts_as_a_listener(self, finished, closer):
        assert finished.has_listeners()
        finished.disconnect(closer)
        assert not finished.has_listeners()


class TestFirstReceivers:
    @pytest.fixture
    def signal(self):
        return ConsumerSignal("Sent.")

    def test_are_called_before_others(self, signal):
        first, second, other = (mock.Mock(return_value=number) for number in range(3))
        signal.connect(other)
        signal.connect_first(first)
        signal.connect_first(second)
        assert signal.send(sender=str, x=1) == [(first, 0), (second, 1), (other, 2)]
        assert signal.send_robust(sender=None) == [(first, 0), (second, 1), (other, 2)]
        first.assert_any_call(signal=signal, sender=str, x=1)

    def test_come_after_the_closer(self, finished, closer):
        first = mock.Mock(return_value=1)
        finished.connect_first(first)
        assert finished.send(sender=None) == [(closer, None), (first, 1)]
        assert finished.send_keeping_connections(sender=None) == [(first, 1)]

    def test_errors(self, signal):
        error = ZeroDivisionError()
        signal.connect_first(first := mock.Mock(side_effect=error))
        signal.connect(other := mock.Mock(return_value=2))
        with pytest.raises(ZeroDivisionError):
            signal.send(sender=None)
        other.assert_not_called()
        assert signal.send_robust(sender=None) == [(first, error), (other, 2)]

    def test_can_be_disconnected(self, signal):
        signal.connect_first(first := mock.Mock())
        assert signal.has_listeners()
        assert not signal.disconnect(first, sender=str)
        assert signal.disconnect(first)
        assert not signal.disconnect(first)
        assert not signal.has_listeners()
        assert signal.send(sender=None) == []


def test_errors_of_receivers(finished):
    def receiver(**kwargs):
        raise ZeroDivisionError

    finished.connect(receiver)
    with pytest.raises(ZeroDivisionError):
        finished.send(sender=None)
    assert isinstance(finished.send_robust(sender=None)[1][1], ZeroDivisionError)


def test_receivers_are_held_weakly_unless_asked(finished):
    called = []

    def connect(weak):
        def receiver(**kwargs):
            called.append(weak)

        finished.connect(receiver, weak=weak)

    connect(True)
    connect(False)
    finished.send(sender=None)
    assert called == [False]


def test_dispatch_uids(finished):
    receiver = mock.Mock()
    finished.connect(receiver, dispatch_uid="once")
    finished.connect(receiver, dispatch_uid="once")
    finished.send(sender=None)
    receiver.assert_called_once()
    assert finished.disconnect(dispatch_uid="once")
