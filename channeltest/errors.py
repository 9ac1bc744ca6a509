"""The public exceptions and warnings of the harness."""

from __future__ import annotations

import asyncio
import sys

from channels.exceptions import DenyConnection


class StageError(AssertionError):
    """The applications that a synchronous client talks to did not come to rest, or did not end.

    The text names each, and the line where it waits.
    """


class WireWarning(UserWarning):
    """A message was deep-copied because msgpack cannot carry it exactly.

    A layer on Redis would refuse it or change it. The text has the path of the value.
    """


class WireError(TypeError):
    """No layer on Redis could carry a message exactly, and the wire is strict.

    The text has the path of the value.
    """


class MalformedEvent(ValueError, AssertionError):
    """An application sent an event that Daphne or uvicorn would refuse.

    It is raised in the application, at the line that sends the event.
    """


class BoundedWaitWarning(UserWarning):
    """Waits take their whole timeout: on this class of event loops rest cannot be detected."""


class UnsharedTransactionWarning(UserWarning):
    """What applications write to the database is not rolled back with the test."""


class ApplicationWarning(UserWarning):
    """An application failed, and its test, which has no captive layers, did not get the error."""


class Denied(DenyConnection, AssertionError):
    """A modern application refused a client of Channels 1 by raising ``DenyConnection``.

    As with consumers of Channels 1 the exception reaches the test. A test may as well expect the
    AssertionError of a connection that was not accepted.
    """


class Refused(AssertionError):
    """The application refused the connection of an ``async with communicator`` block.

    The text has the close code and the reason, or the HTTP response.
    """


if sys.version_info >= (3, 11):
    TimedOut = TimeoutError
else:

    class TimedOut(asyncio.TimeoutError, TimeoutError):
        """A wait took longer than its timeout. Python 3.10 has two classes for that."""


class ApplicationCancelled(AssertionError):
    """The application of a communicator was cancelled, but not by its test."""


class LiveServerError(RuntimeError):
    """A live server did not start, ended by itself, or does not stop.

    Source: ``channels.testing`` raises a `RuntimeError` when its server stops.
    """
