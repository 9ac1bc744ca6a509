"""``channels.test.websocket`` and ``.http``: a facade of the module where their names live."""

import sys

from ...compat.aliases import share
from .. import wsclient
from ..client import Client
from ..wsclient import WSClient

# The older name.
HttpClient = WSClient

__all__ = ["Client", "HttpClient", "WSClient"]

share(sys.modules[__name__], wsclient)
