from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from channeltest.compat.asgi import ChannelLayerManager
from channeltest.compat.base_layer import BaseChannelLayer
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

RETIRED = [
    "asgi_ipc.IPCChannelLayer",
    "asgi_ipc.core.IPCChannelLayer",
    "asgi_rabbitmq.RabbitmqChannelLayer",
    "asgi_rabbitmq.core.RabbitmqChannelLayer",
    "asgi_rabbitmq.RabbitmqLocalChannelLayer",
    "asgi_rabbitmq.local.RabbitmqLocalChannelLayer",
]
ON_REDIS = [
    "asgi_redis.RedisChannelLayer",
    "asgi_redis.core.RedisChannelLayer",
    "asgi_redis.RedisLocalChannelLayer",
    "asgi_redis.local.RedisLocalChannelLayer",
    "asgi_redis.RedisSentinelChannelLayer",
    "asgi_redis.sentinel.RedisSentinelChannelLayer",
]


@pytest.mark.parametrize("path", RETIRED + ON_REDIS)
def test_what_applications_name(path: str) -> None:
    layer = import_string(path)
    assert issubclass(layer, BaseChannelLayer)
    with pytest.raises(layer.ChannelFull):
        raise BaseChannelLayer.ChannelFull


@pytest.mark.parametrize("path", RETIRED)
def test_making_one(path: str, settings: Any) -> None:
    settings.CHANNEL_LAYERS = {"old": {"BACKEND": path, "ROUTING": [], "CONFIG": {"a": 1}}}
    package, _, name = path.partition(".")
    with pytest.raises(ImproperlyConfigured) as raised:
        ChannelLayerManager()["old"]
    text = str(raised.value)
    assert text.startswith(f"{package}.{name.rpartition('.')[2]} does not run on asgiref 3. ")
    assert "'asgi_redis.RedisChannelLayer'" in text
    assert "'asgiref.inmemory.ChannelLayer'" in text


TWINS = {"asgi_ipc": "layers", "asgi_rabbitmq": "layers", "asgi_redis": "redis"}


@pytest.mark.parametrize("package", TWINS)
class TestImports:
    def test_one_identity(self, package: str) -> None:
        assert import_module(package) is import_module(
            f"channeltest.compat.{TWINS[package]}.{package}"
        )
        assert import_module(f"{package}.core") is import_module(package)

    def test_a_name_that_never_was(self, package: str) -> None:
        with pytest.raises(AttributeError, match=f"^{package} has no name 'Nothing'"):
            _ = import_module(package).Nothing

    def test_not_before_activation(self, package: str) -> None:
        assert f"No module named '{package}'" in run(f"import channeltest, {package}")

    def test_what_is_installed_wins(self, package: str, tmp_path: Path) -> None:
        (tmp_path / f"{package}.py").write_text("print('the real one')")
        script = f"import channeltest; channeltest.install(); import {package}"
        assert run(script, tmp_path) == "the real one\n"


def run(script: str, directory: Path | None = None) -> str:
    """Run a Python program; returns what it wrote."""
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=directory,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return ran.stdout
