"""The same, with the ported consumers behind middleware and the routers of Channels 4."""

from .settings_ported import *  # noqa: F403

CHANNEL_LAYERS["default"]["ROUTING"] = "newsroom.stack.channel_routing"  # noqa: F405
CHANNEL_LAYERS["wire"]["ROUTING"] = "newsroom.stack.wire_routing"  # noqa: F405
