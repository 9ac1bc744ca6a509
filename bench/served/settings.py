"""Its settings, good for Channels 1 and for this project alike."""

from __future__ import annotations

import os

import channels

SECRET_KEY = "not a secret"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "bench.urls"
INSTALLED_APPS = ["channels"]
if not channels.__version__.startswith("1."):
    INSTALLED_APPS.insert(0, "channeltest")

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
# Of files, which all processes share and nobody waits for.
SESSION_ENGINE = "django.contrib.sessions.backends.file"
SESSION_FILE_PATH = os.environ["SERVED_DIRECTORY"]

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": {
            "hosts": [os.environ["SERVED_REDIS"]],
            "channel_capacity": {"websocket.*": 20000},
        },
        "ROUTING": "bench.served.consumers.channel_routing",
    }
}
