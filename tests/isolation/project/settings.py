"""Settings whose channel layers refuse to be made."""

SECRET_KEY = "not a secret"
USE_TZ = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"

INSTALLED_APPS = [
    "channeltest",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
]

DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}

# Signing in hashes a password in every test.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

CHANNEL_LAYERS = {
    "default": {"BACKEND": "backends.Unbuildable", "ROUTING": "routing.channel_routing"},
    "second": {"BACKEND": "backends.Unbuildable", "ROUTING": "routing.channel_routing"},
}
