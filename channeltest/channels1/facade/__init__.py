"""``channels.test`` of Channels 1.1.8, and ``channels.tests`` of 1.0.

Imports the clients, the test cases and the live server. Test suites use it by its old names.
"""

from ...live.channels1_case import ChannelLiveServerTestCase
from ..cases import ChannelTestCase, TransactionChannelTestCase
from ..client import Client
from ..routes import apply_routes
from ..wsclient import HttpClient, WSClient

__all__ = [
    "ChannelLiveServerTestCase",
    "ChannelTestCase",
    "Client",
    "HttpClient",
    "TransactionChannelTestCase",
    "WSClient",
    "apply_routes",
]
