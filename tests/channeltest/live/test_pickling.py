"""What goes to other processes."""

from __future__ import annotations

import pickle

import pytest

from channeltest.errors import LiveServerError
from channeltest.live.pickling import DeferredObject, pickled, unpickled


def test_there_and_back():
    assert unpickled(pickled({"a": 1}, "it"), "it") == {"a": 1}


def test_what_cannot_be_sent():
    with pytest.raises(LiveServerError, match=r"the cat cannot be sent .*start_method = 'fork'"):
        pickled(lambda: None, "the cat")


def test_what_cannot_be_read():
    with pytest.raises(LiveServerError, match="the cat cannot be read in the live server's proc"):
        unpickled(b"junk", "the cat")


def test_a_deferred_is_opened_later():
    class_only_here = b"cno_such_module\nName\n."
    deferred = pickle.loads(pickle.dumps(DeferredObject([1])))
    assert deferred.open() == [1]
    deferred.__setstate__(class_only_here)
    with pytest.raises(ImportError, match="no_such_module"):
        deferred.open()


def test_a_deferred_that_is_not_sent():
    content = object()
    assert DeferredObject(content).open() is content


def test_a_deferred_that_cannot_be_sent():
    with pytest.raises(LiveServerError, match="function cannot be sent to a process of its own"):
        pickle.dumps(DeferredObject(lambda: None))
