"""Settings whose channel layers are on a Redis that nobody runs."""

from settings import *  # noqa: F403

CHANNEL_LAYERS = {
    alias: {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": {"hosts": [("127.0.0.1", 1)]},
        "TEST_CONFIG": {"hosts": [("127.0.0.1", 1)]},
        "ROUTING": "routing.channel_routing",
    }
    for alias in ("default", "second")
}
