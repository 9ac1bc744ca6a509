"""What is said of a thread that has ended."""

from __future__ import annotations

from channeltest.live.server_thread import EndingThread


def test_an_error():
    thread = EndingThread("server")
    try:
        raise ValueError("of its own")
    except ValueError as error:
        thread.error = error
    assert "ValueError: of its own" in thread.ending()
    assert "test_server_thread_ending_thread.py" in thread.ending()


def test_no_error():
    assert "nobody asked it to" in EndingThread("server").ending()
