"""``channels.test.base``: a facade of the modules where its names live."""

import sys

from django.db import close_old_connections

from ...compat.aliases import share
from ...compat.routing import include
from .. import cases, client, layer_in_use, routes
from ..cases import (
    ChannelTestCase,
    ChannelTestCaseMixin,
    InMemoryChannelLayer,
    TransactionChannelTestCase,
)
from ..client import Client
from ..routes import apply_routes

__all__ = [
    "ChannelTestCase",
    "ChannelTestCaseMixin",
    "Client",
    "InMemoryChannelLayer",
    "TransactionChannelTestCase",
    "apply_routes",
    "close_old_connections",
    "include",
]

for _home in (cases, client, routes, layer_in_use):
    share(sys.modules[__name__], _home)
