"""Settings of the served project; the environment says where its database and its layer are."""

import os

SECRET_KEY = "not a secret"
DEBUG = False
USE_TZ = True
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "tests.served.urls"
ASGI_APPLICATION = "tests.served.asgi.application"
CHANNELS_WS_PROTOCOLS = ["shout"]

INSTALLED_APPS = [
    "channeltest",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "channels.delay",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["SERVED_DATABASE"],
        # Several processes write.
        "OPTIONS": {"timeout": 30},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}

ROUTING = os.environ.get("SERVED_ROUTING", "tests.served.routing.channel_routing")
REDIS = os.environ.get("SERVED_REDIS")

if REDIS:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": os.environ.get("SERVED_BACKEND", "asgi_redis.RedisChannelLayer"),
            "CONFIG": {
                "hosts": [REDIS],
                "channel_capacity": {"websocket.*": 20_000, "specific.*": 20_000},
            },
            "ROUTING": ROUTING,
        }
    }
else:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "asgiref.inmemory.ChannelLayer",
            "CONFIG": {"capacity": 100},
            "ROUTING": ROUTING,
        }
    }
