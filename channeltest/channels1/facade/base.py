"""``channels.test.base``: a facade of the modules where its names live."""

import sys

from ...compat.aliases import share
from ...compat.inmemory import ChannelLayer as InMemoryChannelLayer
from .. import cases, client, routes
from ..cases import ChannelTestCase, ChannelTestCaseMixin, TransactionChannelTestCase
from ..client import Client
from ..routes import apply_routes

__all__ = [
    "ChannelTestCase",
    "ChannelTestCaseMixin",
    "Client",
    "InMemoryChannelLayer",
    "TransactionChannelTestCase",
    "apply_routes",
]

for _home in (cases, client, routes):
    share(sys.modules[__name__], _home)
