"""Settings in the manner of a Channels 1 project; with channeltest's line on today's Django."""

import os

import django

HERE = os.path.dirname(os.path.abspath(__file__))

SECRET_KEY = "not a secret"
USE_TZ = True
ALLOWED_HOSTS = ["testserver", "example.com", ".wild.org"]
ROOT_URLCONF = "tests.differential.urls"
STATIC_URL = "/static/"
STATICFILES_DIRS = [os.path.join(HERE, "static")]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "channels",
    "channels.delay",
    "tests.differential.app",
]
if django.VERSION >= (2, 0):
    INSTALLED_APPS.insert(0, "channeltest")

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tests.differential.urls.StampMiddleware",
]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates"}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}

CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "asgiref.inmemory.ChannelLayer",
        "ROUTING": "tests.differential.routing.channel_routing",
        "TEST_CONFIG": {"capacity": 7, "expiry": 30},
    },
    "second": {
        "BACKEND": "asgiref.inmemory.ChannelLayer",
        "CONFIG": {"capacity": 3},
        "ROUTING": [],
    },
    # 1.1.8 starts workers on no layer whose module is named "inmemory"; this one passes.
    "plain": {"BACKEND": "tests.differential.layers.PlainLayer", "ROUTING": []},
    "no-backend": {"ROUTING": []},
    "no-routing": {"BACKEND": "asgiref.inmemory.ChannelLayer"},
    "bad-backend": {"BACKEND": "nowhere.to.be.Found", "ROUTING": []},
    "bad-routing": {
        "BACKEND": "asgiref.inmemory.ChannelLayer",
        "ROUTING": "tests.differential.routing.nothing_here",
    },
}
