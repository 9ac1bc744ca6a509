"""Which ``runserver`` a project gets."""

from __future__ import annotations

import httpx
import pytest
from channels.exceptions import InvalidChannelLayerError
from channeltest.compat.management.commands.runserver import Command as OldCommand
from django.contrib.staticfiles.management.commands.runserver import Command as StaticCommand
from django.core.management import call_command
from django.core.management.commands.runserver import Command as DjangoCommand
from django.test import override_settings

from channeltest.management.commands.runserver import RefusingCommand, command_class
from tests.compat.inplace import told
from tests.processes import Process
from tests.redis_server import free_port

SETTINGS = """
SECRET_KEY = "x"
USE_TZ = True
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "old_settings"
urlpatterns = []
STATIC_URL = "/static/"
STATICFILES_DIRS = [{!r}]
INSTALLED_APPS = ["channeltest", "django.contrib.staticfiles", "channels"]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}}
CHANNEL_LAYERS = {{"default": {{"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}}}}
"""

APPS = ["channeltest", "django.contrib.contenttypes"]


def chosen(layer=None, apps=()):
    layers = {} if layer is None else {"default": layer}
    with override_settings(CHANNEL_LAYERS=layers, INSTALLED_APPS=[*APPS, *apps]):
        return command_class()


def test_channels_1():
    assert chosen({"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}) is OldCommand


OLD = {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}


@pytest.mark.parametrize(
    ("apps", "has_them"),
    [
        (["django.contrib.staticfiles", "channels"], True),
        (["channels", "django.contrib.staticfiles"], False),
        (["django.contrib.staticfiles"], True),
    ],
)
def test_options_of_staticfiles(apps, has_them):
    """Where that app comes before Channels."""
    command = chosen(OLD, apps)
    assert issubclass(command, OldCommand)
    parser = command().create_parser("manage.py", "runserver")
    options, unknown = parser.parse_known_args(["--nostatic", "--insecure", "--noworker"])
    assert options.run_worker is False
    assert unknown == ([] if has_them else ["--nostatic", "--insecure"])


@pytest.mark.parametrize(
    ("arguments", "status"), [([], 404), (["--insecure"], 200), (["--insecure", "--nostatic"], 404)]
)
def test_static_files_of_a_server(tmp_path, arguments, status):
    """A project with staticfiles before Channels, without DEBUG."""
    port = free_port()
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.js").write_text("1")
    (tmp_path / "old_settings.py").write_text(SETTINGS.format(str(tmp_path / "static")))
    server = Process(
        *("-m", "django", "runserver", "--noreload", "--skip-checks", str(port), *arguments),
        environment={"DJANGO_SETTINGS_MODULE": "old_settings", "PYTHONPATH": str(tmp_path)},
    )
    try:
        server.until("Listening on TCP address")
        assert httpx.get(f"http://127.0.0.1:{port}/static/a.js").status_code == status
    finally:
        server.close()


@pytest.mark.parametrize("layer", [None, {"BACKEND": "channels.layers.InMemoryChannelLayer"}])
def test_today(layer):
    assert chosen(layer) is DjangoCommand
    assert chosen(layer, ["django.contrib.staticfiles"]) is StaticCommand


@pytest.mark.parametrize(
    "backend",
    [
        "asgiref.inmemory.ChannelLayer",
        "asgi_redis.RedisChannelLayer",
        "asgi_ipc.IPCChannelLayer",
        "asgi_rabbitmq.RabbitmqChannelLayer",
    ],
)
def test_a_layer_of_channels_1_without_routing(backend):
    assert chosen({"BACKEND": backend}) is RefusingCommand


def test_the_refusal():
    with pytest.raises(
        InvalidChannelLayerError, match=r"^No ROUTING specified for default"
    ) as caught:
        call_command(RefusingCommand(), skip_checks=True)
    assert 'Add "ROUTING": "project.routing.channel_routing"' in told(caught.value)
