"""Channel layers that the tests' settings name."""

from channeltest.compat.inmemory import ChannelLayer


class PlainLayer(ChannelLayer):
    """An in-memory layer that ``local_only()`` does not recognise by its module's name."""


def nothing(message: object) -> None:
    """A consumer."""


routing = {"first": nothing, "second": "tests.layers.nothing"}
