"""A project of today: no setting is Channels 1's, and only the tests know channeltest."""

import json
import os

SECRET_KEY = "not a secret"
USE_TZ = True
ALLOWED_HOSTS = ["testserver"]
ROOT_URLCONF = "chat.urls"
ASGI_APPLICATION = "chat.asgi.application"
INSTALLED_APPS = ["channels", "chat"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SQLITE = "django.db.backends.sqlite3"
DATABASES = json.loads(os.environ.get("PLUGIN_DATABASES", "null")) or {
    "default": {"ENGINE": SQLITE, "NAME": ":memory:"}
}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CHANNELTEST = {"STAGE_BOUND": float(os.environ.get("PLUGIN_BOUND", 10))}
