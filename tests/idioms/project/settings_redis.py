"""Settings as the other half wrote them. Nothing listens on that port."""

from settings import *  # noqa: F403

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": {
            "hosts": [("127.0.0.1", 1)],
        },
        "TEST_CONFIG": {
            "hosts": ["redis://127.0.0.1:1/9"],
        },
        "ROUTING": "routing.channel_routing",
    },
}
