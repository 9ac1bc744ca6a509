"""``channels.test.websocket``: a facade of the module where its names live."""

import sys

from .. import wsclient
from ..client import Client
from ..compat.aliases import share
from ..wsclient import WSClient

__all__ = ["Client", "WSClient"]

share(sys.modules[__name__], wsclient)
