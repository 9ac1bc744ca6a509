"""Serving an ASGI application in the main thread of a child process."""

from __future__ import annotations

import importlib.util
import socket
import sys
from collections.abc import Callable
from typing import Any

from ..errors import LiveServerError


def serve(
    application: Any, listening: socket.socket, started: Callable[[], object], **options: Any
) -> None:
    """Serve with Daphne, or with uvicorn where Daphne is not installed, until the process ends.

    Args:
        application: The ASGI application.
        listening: The socket to take connections from.
        started: Called once when they are taken.
        options: What Daphne's server takes beside.

    Raises:
        LiveServerError: Neither is installed.
    """
    if importlib.util.find_spec("daphne") is not None:
        _serve_with_daphne(application, listening, started, options)
    elif importlib.util.find_spec("uvicorn") is not None:
        # Here, because uvicorn is optional.
        from .uvicorn_server import serve_with_uvicorn

        serve_with_uvicorn(application, listening, started)
    else:
        raise LiveServerError(
            "a live server needs Daphne or uvicorn, and neither is installed: "
            "pip install channeltest[live]"
        )


def _serve_with_daphne(
    application: Any,
    listening: socket.socket,
    started: Callable[[], object],
    options: dict[str, Any],
) -> None:
    # A reactor that was made before a fork shares its selector with the parent's. Daphne's server
    # makes one when it is imported and there is none.
    for name in ("twisted.internet.reactor", "daphne.server"):
        sys.modules.pop(name, None)
    # Optional, and not to be imported where no server runs: that installs the reactor.
    from daphne.server import Server

    Server(
        application,
        endpoints=[f"fd:fileno={listening.fileno()}"],
        signal_handlers=False,
        ready_callable=started,
        **options,
    ).run()
