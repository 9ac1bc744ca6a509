"""Settings of the newsroom, for Django 1.11 and Channels 1.1."""

import os
import sys

BASE_DIR = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")

SECRET_KEY = "an example has no secrets"
DEBUG = True
ALLOWED_HOSTS = ["newsroom.example", "localhost"]
ROOT_URLCONF = "newsroom.urls"
LOGIN_URL = "/login/"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [os.path.join(BASE_DIR, "newsroom", "static")]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels",
    "channels.delay",
    "articles.apps.ArticlesConfig",
    "chat",
    "liveblog",
]

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [os.path.join(BASE_DIR, "newsroom", "templates")],
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("NEWSROOM_DATABASE") or os.path.join(BASE_DIR, "db.sqlite3"),
        # Tests run in memory, or on the file that the variable names.
        "TEST": {"NAME": os.environ.get("NEWSROOM_TEST_DATABASE") or None},
    }
}
if os.environ.get("NEWSROOM_POSTGRES"):
    HOST, PORT = os.environ["NEWSROOM_POSTGRES"].split(":")
    DATABASES["default"] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "newsroom",
        "USER": "postgres",
        "HOST": HOST,
        "PORT": PORT,
    }
if "test" in sys.argv:
    # A good hash takes its time, and the tests make many users.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL]},
        "ROUTING": "newsroom.routing.channel_routing",
    },
    # What the agencies send has a layer of its own, so that a flood of it slows no reader.
    "wire": {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": {"hosts": [REDIS_URL], "prefix": "wire:"},
        "ROUTING": "newsroom.routing.wire_routing",
    },
}
