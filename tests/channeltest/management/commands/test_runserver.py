"""Which ``runserver`` a project gets."""

from __future__ import annotations

import pytest
from channels.exceptions import InvalidChannelLayerError
from channeltest.compat.management.commands.runserver import Command as OldCommand
from django.contrib.staticfiles.management.commands.runserver import Command as StaticCommand
from django.core.management import call_command
from django.core.management.commands.runserver import Command as DjangoCommand
from django.test import override_settings

from channeltest.management.commands.runserver import RefusingCommand, command_class
from tests.compat.inplace import told

APPS = ["channeltest", "django.contrib.contenttypes"]


def chosen(layer=None, apps=()):
    layers = {} if layer is None else {"default": layer}
    with override_settings(CHANNEL_LAYERS=layers, INSTALLED_APPS=[*APPS, *apps]):
        return command_class()


def test_channels_1():
    assert chosen({"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}) is OldCommand


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
