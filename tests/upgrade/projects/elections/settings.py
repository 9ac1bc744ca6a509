SECRET_KEY = "no secret"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "posts.urls"
INSTALLED_APPS = [
    "channeltest",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "posts",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
CHANNEL_LAYERS = {
    "default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": "posts.routing.channel_routing"}
}
