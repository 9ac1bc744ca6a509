"""``channels.test.websocket``: a facade of the module where its names live."""

import sys

from ...compat.aliases import share
from .. import wsclient
from ..client import Client
from ..wsclient import WSClient

__all__ = ["Client", "WSClient"]

share(sys.modules[__name__], wsclient)
