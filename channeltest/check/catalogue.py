"""What `channeltest check` finds: each code with its title and the kind of work it is."""

from __future__ import annotations

from typing import NamedTuple

from ..upgrade.outcome import Kind


class Code(NamedTuple):
    """A code.

    Attributes:
        title: What is found.
        kind: Whether a tool or a person converts it; a finding may have another kind.
        reason: One line: what it becomes, or why it cannot be had.
    """

    title: str
    kind: Kind
    reason: str

    def page(self, code: str) -> str:
        """Return where the documentation describes it."""
        return f"howto/check.html#{code.lower()}"


CODES: dict[str, Code] = {
    "CT001": Code("Python 2", "by hand", "what upgrade converts is known for Python 3 only"),
    "CT101": Code(
        "function consumers of websockets", "automatic", "they become one consumer class a path"
    ),
    "CT102": Code(
        "class-based consumers of websockets", "automatic", "they become today's generic consumers"
    ),
    "CT103": Code("workers' functions", "automatic", "a consumer class calls them"),
    "CT104": Code(
        "sends to groups", "automatic", "group_send, and a handler in each consumer that joins"
    ),
    "CT105": Code("sends to channels", "automatic", "channel_layer.send with a type"),
    "CT106": Code(
        "routes, asgi.py and settings",
        "automatic",
        "an application of URLRouter and ChannelNameRouter, once nothing else is left",
    ),
    "CT201": Code(
        "Group",
        "by hand",
        "becomes group_send with a type, and a handler in each consumer that joins",
    ),
    "CT202": Code("Channel", "by hand", "becomes channel_layer.send with a type"),
    "CT203": Code(
        "routing", "by hand", "becomes URLRouter and ChannelNameRouter in an application"
    ),
    "CT204": Code("channels.asgi", "by hand", "becomes get_asgi_application and channels.layers"),
    "CT205": Code("sessions of channels", "by hand", "become attributes of the consumer"),
    "CT206": Code(
        "users of channels", "by hand", 'become self.scope["user"] behind AuthMiddlewareStack'
    ),
    "CT207": Code(
        "demultiplexer", "cannot be had", "Channels 4 has none; it goes on working with channeltest"
    ),
    "CT208": Code(
        "data binding", "cannot be had", "Channels 4 has none; it goes on working with channeltest"
    ),
    "CT209": Code("requests over channels", "by hand", "become views, or an AsyncHttpConsumer"),
    "CT210": Code(
        "delay server", "cannot be had", "Channels 4 has none; it goes on working with channeltest"
    ),
    "CT211": Code("workers and signals of 1.x", "by hand", "become runworker and middleware"),
    "CT212": Code("exceptions of 1.x", "by hand", "become close() and return"),
    "CT213": Code("allowed_hosts_only", "by hand", "becomes AllowedHostsOriginValidator"),
    "CT214": Code("layers of 1.x", "by hand", "become those of channels.layers and channels_redis"),
    "CT215": Code(
        "class-based consumers", "by hand", "become a SyncConsumer with a handler a type"
    ),
    "CT301": Code(
        "ROUTING", "by hand", "ASGI_APPLICATION leads to the routes; Channels 4 refuses ROUTING"
    ),
    "CT302": Code("BACKEND of 1.x", "by hand", "becomes channels_redis.core.RedisChannelLayer"),
    "CT303": Code(
        '"channeltest" in INSTALLED_APPS',
        "by hand",
        "it stands first, before apps that use Channels 1",
    ),
    "CT401": Code("moved or renamed in Django", "by hand", "django-upgrade does it"),
    "CT402": Code("gone from Django", "by hand", "no fixer does it"),
    "CT403": Code("template tags and filters", "by hand", "no fixer changes templates"),
    "CT501": Code("requirements", "by hand", "a version that runs on today's Python and Django"),
}
