"""What runs first in a child process.

Nothing of Django may be imported at the top: under ``spawn`` and ``forkserver`` it is not set up.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .pickling import DeferredObject
    from .settings_transfer import SettingsTransfer

# The exit code of a child whose test process was killed.
_PARENT_ENDED = 70


def main(
    work: DeferredObject, settings: SettingsTransfer | None, activated: bool, writer: Connection
) -> None:
    """Run an object in the child; report that it begins, and what it raises.

    Args:
        work: An object with ``run()``.
        settings: The settings to read, ``None`` where they were inherited.
        activated: Whether the names of Channels 1 are to be importable.
        writer: Where to report to.

    Raises:
        SystemExit: After a failure, with 1.
    """
    writer.send(("begun", None))
    _end_with_the_parent()
    # The test stops this process; an interrupt in the terminal is for the test alone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        if settings is None:
            from .forked import reset_executors  # imports Django, which is there after a fork

            reset_executors()
        else:
            _set_django_up(settings, activated)
        work.open().run()
    except BaseException:
        writer.send(("failure", traceback.format_exc()))
        sys.exit(1)


def _set_django_up(settings: SettingsTransfer, activated: bool) -> None:
    import django

    settings.apply()
    if activated:
        from ..activation import install

        install()
    django.setup(set_prefix=False)


def _end_with_the_parent() -> None:
    parent = parent_process()
    assert parent is not None

    def wait_for_it() -> None:
        # Returns when the pipe to the parent is closed, however the parent ended.
        parent.join()
        os._exit(_PARENT_ENDED)

    threading.Thread(target=wait_for_it, name="channeltest-parent", daemon=True).start()
