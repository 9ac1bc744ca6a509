"""Settings of this project's own tests, written as a Channels 1 project wrote them."""

import os
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
# It shows what memory hides.
ON_FILE = os.environ.get("CHANNELTEST_DB") == "file"

SECRET_KEY = "not a secret"
USE_TZ = True
ALLOWED_HOSTS = ["testserver", "localhost"]
ROOT_URLCONF = "tests.urls"
STATIC_URL = "/static/"

INSTALLED_APPS = [
    "channeltest",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "channels.delay",
    "tests.values",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HERE / "db.sqlite3",
        "TEST": {"NAME": HERE / "test.sqlite3" if ON_FILE else None},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

# Nothing listens on this port: a test that built the configured layer would fail.
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": {"hosts": [("127.0.0.1", 1)]},
        "TEST_CONFIG": {"hosts": [("127.0.0.1", 1)]},
        "ROUTING": [],
    },
    "memory": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []},
    # 1.1.8 refuses to run workers on an in-memory layer; this one passes its check.
    "plain": {"BACKEND": "tests.layers.PlainLayer", "ROUTING": []},
}

# Django 6.1 asks for it; earlier versions do not know it.
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
