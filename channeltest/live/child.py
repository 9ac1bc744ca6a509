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
    from .pickling import Parcel
    from .settings_transfer import SettingsTransfer

# The exit code of a child whose test process was killed.
_ORPHANED = 70


def main(
    parcel: Parcel, settings: SettingsTransfer | None, activated: bool, writer: Connection
) -> None:
    """Run what is in ``parcel``; report what it raises.

    Args:
        parcel: An object with ``run()``.
        settings: The settings to read, ``None`` where they were inherited.
        activated: Whether the names of Channels 1 are to be importable.
        writer: Where to report to.

    Raises:
        SystemExit: After a failure, with 1.
    """
    _die_with_the_parent()
    # The test stops this process; an interrupt in the terminal is for the test alone.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        if settings is None:
            from .forked import begin_anew  # imports Django, which is there after a fork

            begin_anew()
        else:
            _set_django_up(settings, activated)
        parcel.open().run()
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


def _die_with_the_parent() -> None:
    parent = parent_process()
    assert parent is not None

    def watch() -> None:
        # Returns when the pipe to the parent is closed, however the parent ended.
        parent.join()
        os._exit(_ORPHANED)

    threading.Thread(target=watch, name="channeltest-parent", daemon=True).start()
