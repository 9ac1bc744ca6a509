"""Settings of a project whose tests are written with one of the libraries compared."""

import os

SECRET_KEY = "not a secret"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "tests.urls"
ASGI_APPLICATION = "tests.comparison.apps.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
]
# What channeltest asks of a project; the others ask for nothing.
if os.environ.get("COMPARED") == "channeltest":
    INSTALLED_APPS.insert(0, "channeltest")

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "unused.sqlite3",
        # With a name the tests' database is a file; else it is in memory.
        "TEST": {"NAME": os.environ.get("COMPARED_DATABASE"), "MIGRATE": False},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
