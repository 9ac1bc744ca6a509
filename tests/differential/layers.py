"""A channel layer that the settings name."""

from asgiref.inmemory import ChannelLayer


class PlainLayer(ChannelLayer):
    """An in-memory layer that ``local_only()`` does not recognise by its module's name."""
