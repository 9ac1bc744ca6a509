"""The pytest fixture ``channel_live_server``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .threads import LiveServer


@pytest.fixture
def channel_live_server(transactional_db: None) -> Iterator[LiveServer]:
    """Serve the project in threads of the test's process, for the test.

    ``channel_live_server.url`` and ``.ws_url`` say where. Where the default channel layer has
    ``ROUTING``, that is served, with four workers on a layer in memory; else what
    ``ASGI_APPLICATION`` names. Static files are served.
    """
    # Here, because it needs Django, and the plugin is loaded where that is not.
    from .threads import served

    with served() as server:
        yield server
