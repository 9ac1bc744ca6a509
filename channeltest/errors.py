"""Every public exception and warning of the harness."""

from __future__ import annotations

import asyncio
import sys

from channels.exceptions import DenyConnection


class StageError(AssertionError):
    """The applications on the stage did not come to rest."""


class WireWarning(UserWarning):
    """A message was deep-copied because msgpack cannot carry it exactly."""


class WireError(TypeError):
    """A message cannot be carried by any real layer exactly, and the wire is strict."""


class MalformedEvent(ValueError, AssertionError):
    """An application sent an event that its server could not pass on."""


class BoundedWaitWarning(UserWarning):
    """A wait took its whole time, because nobody can tell when the loop is at rest."""


class ApplicationWarning(UserWarning):
    """An application failed when its test was over, and the test is none of channeltest's."""


class Denied(DenyConnection, AssertionError):
    """A modern application refused a client of Channels 1 with Channels' own means.

    As with consumers of Channels 1 the exception reaches the test. A test may as well expect the
    AssertionError of a connection that was not accepted.
    """


class Refused(AssertionError):
    """The application denied a connection that the test wants."""


if sys.version_info >= (3, 11):
    TimedOut = TimeoutError
else:

    class TimedOut(asyncio.TimeoutError, TimeoutError):
        """A wait took longer than its timeout. Python 3.10 has two classes for that."""


class ApplicationCancelled(AssertionError):
    """The application was cancelled, and its test did not do it."""


class LiveServerError(RuntimeError):
    """A live server did not start, ended by itself, or does not stop.

    Source: ``channels.testing`` raises a `RuntimeError` when its server stops.
    """
