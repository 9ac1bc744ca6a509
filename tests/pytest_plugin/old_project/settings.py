"""A project of Channels 1, whose Redis is not there."""

SECRET_KEY = "not a secret"
USE_TZ = True
INSTALLED_APPS = [
    "channeltest",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "asgi_redis.RedisChannelLayer",
        "CONFIG": {"hosts": [("127.0.0.1", 1)]},
        "ROUTING": "routing.channel_routing",
    }
}
