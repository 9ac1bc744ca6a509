from __future__ import annotations

from pathlib import Path

import pytest

from channeltest.upgrade.changes import Changes
from channeltest.upgrade.outcome import Left
from channeltest.upgrade.routing.asgi_file import (
    Application,
    asgi_module,
    convert,
    new_file,
    settings_of,
)
from tests.channeltest.upgrade.projects import project

WHOLE = Application("site.routing", "patterns", "workers", "AuthMiddlewareStack")
MADE = """\
# Django is set up here, before the consumers are imported.
django_application = get_asgi_application()

from site.routing import patterns, workers  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": AuthMiddlewareStack(URLRouter(patterns)),
        "channel": ChannelNameRouter(workers),
    }
)
"""
IMPORTS = """\
from channels.auth import AuthMiddlewareStack
from channels.routing import ChannelNameRouter, ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
"""
ENVIRON = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")\n'


def test_a_new_file():
    assert new_file(WHOLE, "site.settings") == f"import os\n\n{IMPORTS}\n{ENVIRON}\n{MADE}"


def test_only_websockets():
    text = new_file(Application("routing", "patterns", None, ""), "settings")
    assert '"websocket": URLRouter(patterns),\n' in text
    assert "Auth" not in text
    assert "ChannelNameRouter" not in text


@pytest.mark.parametrize(
    ("imported", "made"),
    [
        ("from channels.asgi import get_channel_layer", "channel_layer = get_channel_layer()"),
        ("import channels.asgi", "channel_layer = channels.asgi.get_channel_layer()"),
        (
            "from django.core.asgi import get_asgi_application",
            "application = get_asgi_application()",
        ),
        (
            "from channeltest.compat.serving import get_asgi_application",
            "application = get_asgi_application()",
        ),
    ],
)
def test_a_file_that_is_there(imported, made):
    found = project(site__asgi=f"import os\n{imported}\n\n{ENVIRON}\n{made}\n")
    changes = Changes(found)
    convert(found, changes, found.modules["site.asgi"], WHOLE)
    assert changes.texts()["site.asgi"] == f"import os\n{IMPORTS}\n{ENVIRON}\n{MADE}"


OLD = "from channels.asgi import get_channel_layer\nchannel_layer = get_channel_layer()\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = 1\n", "what this file makes"),
        (OLD + "layer = wrap(channel_layer)\n", "uses channel_layer once more"),
    ],
)
def test_left(text, reason):
    found = project(site__asgi=text)
    with pytest.raises(Left, match=reason):
        convert(found, Changes(found), found.modules["site.asgi"], WHOLE)


def test_others_use_the_layer():
    found = project(site__asgi=OLD, x="from site.asgi import channel_layer\nchannel_layer.send()\n")
    with pytest.raises(Left, match="it uses channel_layer"):
        convert(found, Changes(found), found.modules["site.asgi"], WHOLE)


@pytest.mark.parametrize(
    ("texts", "name", "path"),
    [
        ({"site__settings": ""}, "site.asgi", "site/asgi.py"),
        ({"site__settings": "", "settings": ""}, "site.asgi", "site/asgi.py"),
        ({"site__settings": "", "web__wsgi": ""}, "web.asgi", "web/asgi.py"),
        ({"site__settings": "", "x__asgi": OLD}, "x.asgi", "x/asgi.py"),
    ],
)
def test_where_it_is(texts, name, path):
    found = project(**texts)
    module, *place = asgi_module(found, found.modules["site.settings"])
    assert place == [name, Path(path)]
    assert (module is not None) is ("x__asgi" in texts)


def test_settings_that_are_a_package():
    found = project(site__settings__base="")
    _, name, path = asgi_module(found, found.modules["site.settings.base"])
    assert (name, path) == ("site.asgi", Path("site/asgi.py"))


def test_the_settings_of_the_project():
    found = project(s="", manage=f"import os\n{ENVIRON}")
    assert settings_of(found, found.modules["s"]) == "site.settings"
    assert settings_of(project(s=""), found.modules["s"]) == "s"
