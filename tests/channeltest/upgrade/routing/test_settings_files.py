from __future__ import annotations

import pytest

from channeltest.upgrade.changes import Changes
from channeltest.upgrade.outcome import Left
from channeltest.upgrade.routing.settings_files import (
    convert_layer,
    install_daphne,
    layers,
    name_application,
)
from tests.channeltest.upgrade.projects import project


def convert(text, keeps_capacity=False):
    found = project(settings=text)
    changes = Changes(found)
    for layer in layers(found):
        convert_layer(changes, layer, keeps_capacity)
    return changes.texts()["settings"]


def test_redis():
    assert convert(
        "CHANNEL_LAYERS = {\n"
        "    'default': {\n"
        "        'BACKEND': 'asgi_redis.RedisChannelLayer',\n"
        "        'CONFIG': {'hosts': [('localhost', 6379)]},  # here\n"
        "        'ROUTING': 'site.routing.r',\n"
        "    },\n"
        "}\n"
    ) == (
        "CHANNEL_LAYERS = {\n"
        "    'default': {\n"
        "        'BACKEND': 'channels_redis.core.RedisChannelLayer',\n"
        "        'CONFIG': {'hosts': [('localhost', 6379)]},  # here\n"
        "    },\n"
        "}\n"
    )


@pytest.mark.parametrize(("keeps", "config"), [(False, ""), (True, ', "CONFIG": {"capacity": 10}')])
def test_in_memory(keeps, config):
    text = (
        'CHANNEL_LAYERS = {"x": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": "a.b"}}\n'
    )
    expected = 'CHANNEL_LAYERS = {"x": {"BACKEND": "channels.layers.InMemoryChannelLayer"'
    assert convert(text, keeps) == f"{expected}{config}}}}}\n"


def test_a_layer_in_a_branch():
    text = 'if DEBUG:\n    CHANNEL_LAYERS["x"] = {"BACKEND": "asgi_redis.RedisChannelLayer"}\n'
    assert "channels_redis.core" in convert(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"x": {"BACKEND": "asgi_ipc.IPCChannelLayer"}}', "has no successor"),
        ('{"x": {"BACKEND": NAME, "ROUTING": "a.b"}}', "has no successor"),
        ('{"x": {"BACKEND": "asgi_redis.RedisChannelLayer", "CONFIG": C}}', "not spelled out"),
        (
            '{"x": {"BACKEND": "asgi_redis.RedisChannelLayer", "CONFIG": {"stats_prefix": 1}}}',
            "no 'stats_prefix' in its CONFIG",
        ),
        ('{}\nCHANNEL_LAYERS["x"]["ROUTING"] = "a.b"', "sets ROUTING by itself"),
    ],
)
def test_left(text, reason):
    with pytest.raises(Left, match=reason):
        convert(f"CHANNEL_LAYERS = {text}\n")


def test_tests_with_layers_of_their_own():
    found = project(test_x="CHANNEL_LAYERS = {'x': {'ROUTING': 'a.b'}}\ndef test_y(): pass\n")
    assert [*layers(found)] == []


LAYERS = 'CHANNEL_LAYERS = {"x": {"ROUTING": "a.b"}}\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (LAYERS, f'ASGI_APPLICATION = "s.asgi.application"\n{LAYERS}'),
        (
            f'WSGI_APPLICATION = "s.wsgi.application"\n\n{LAYERS}',
            'WSGI_APPLICATION = "s.wsgi.application"\n'
            f'ASGI_APPLICATION = "s.asgi.application"\n\n{LAYERS}',
        ),
        (
            f'ASGI_APPLICATION = "other.application"\n{LAYERS}',
            f'ASGI_APPLICATION = "s.asgi.application"\n{LAYERS}',
        ),
    ],
)
def test_the_application(before, after):
    found = project(settings=before)
    changes = Changes(found)
    name_application(changes, found.modules["settings"], "s.asgi.application")
    assert changes.texts()["settings"] == after


@pytest.mark.parametrize(
    "text", ["ASGI_APPLICATION = find()\n", "if x:\n    ASGI_APPLICATION = 1\n"]
)
def test_an_application_that_is_not_known(text):
    found = project(settings=text + LAYERS)
    with pytest.raises(Left):
        name_application(Changes(found), found.modules["settings"], "s.asgi.application")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("['channels', 'x']", "['daphne', 'channels', 'x']"),
        ('(\n    "channeltest",\n)', '(\n    "daphne",\n    "channeltest",\n)'),
        ("['daphne', 'channels']", None),
        ("['django.contrib.auth']", None),
        ("[] + BASE", None),
    ],
)
def test_daphne(before, after):
    found = project(settings=f"INSTALLED_APPS = {before}\n")
    changes = Changes(found)
    install_daphne(changes, found.modules["settings"])
    expected = {} if after is None else {"settings": f"INSTALLED_APPS = {after}\n"}
    assert changes.texts() == expected
