"""``channels.test.websocket``: a facade of the module where its names live."""

import sys

from ...compat.aliases import share
from .. import cookies, wsclient
from ..client import Client
from ..wsclient import WSClient

__all__ = ["Client", "WSClient"]

for _home in (wsclient, cookies):
    share(sys.modules[__name__], _home)
