"""``channels.test.liveserver``."""

from ..live import ChannelLiveServerTestCase

__all__ = ["ChannelLiveServerTestCase"]
