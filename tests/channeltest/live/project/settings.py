"""A project with two databases in files, a layer on Redis, and live tests."""

import os
from pathlib import Path

DIRECTORY = Path(os.environ["LIVE_DIRECTORY"])
REDIS = ("127.0.0.1", int(os.environ["LIVE_REDIS_PORT"]))

SECRET_KEY = "not a secret"
USE_TZ = True
ROOT_URLCONF = "shop.urls"
ASGI_APPLICATION = "shop.asgi.application"
STATIC_URL = "/static/"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
INSTALLED_APPS = [
    "channeltest",
    "channels",
    "django.contrib.auth",
    "django.contrib.contenttypes",
]
DATABASES = {
    alias: {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DIRECTORY / f"{alias}.sqlite3",
        "TEST": {"NAME": DIRECTORY / f"test_{alias}.sqlite3"},
    }
    for alias in ("default", "other")
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": {"hosts": [("127.0.0.1", 1)]},
        "TEST_CONFIG": {"hosts": [REDIS]},
        "ROUTING": "shop.routing.routing",
    }
}
