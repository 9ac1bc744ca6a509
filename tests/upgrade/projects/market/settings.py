SECRET_KEY = "no secret"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "market_urls"
INSTALLED_APPS = [
    "channeltest",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "stocks",
    "auctions",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
CHANNEL_LAYERS = {
    "default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": "market_routing.channel_routing"}
}
