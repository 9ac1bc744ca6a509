"""What a live server serves, where it listens and which server runs in a child process."""

from __future__ import annotations

import asyncio
import importlib.abc
import importlib.machinery
import importlib.util
import socket
import sys
import types

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.test import override_settings

from channeltest.errors import LiveServerError
from channeltest.live import serving
from channeltest.live.serving import (
    default_application,
    has_routing,
    interface_application,
    listen,
    preload_daphne,
    with_fresh_caches,
)

from ..helpers import run
from . import site
from .helpers import IN_MEMORY, ModernProcesses, ask, case, get, unreachable

WITH_STATIC = override_settings(INSTALLED_APPS=["channels", "django.contrib.staticfiles"])


@pytest.mark.parametrize(("layers", "expected"), [(IN_MEMORY, False), (unreachable(), True)])
def test_whose_project_it_is(layers, expected):
    with override_settings(CHANNEL_LAYERS=layers):
        assert has_routing() is expected


def test_static_files_of_a_modern_application():
    with override_settings(ASGI_APPLICATION=site.SETTINGS["ASGI_APPLICATION"]):
        assert isinstance(default_application(), ASGIStaticFilesHandler)
        assert default_application(None) is site.application


def test_a_project_without_static_files():
    application = site.SETTINGS["ASGI_APPLICATION"]
    with override_settings(ASGI_APPLICATION=application, INSTALLED_APPS=[], STATIC_URL=None):
        assert default_application() is site.application


@pytest.mark.parametrize("serve_static", [True, False])
def test_static_files_of_a_project_of_channels_1(serve_static):
    with WITH_STATIC:
        served = isinstance(interface_application(serve_static), ASGIStaticFilesHandler)
    assert served is serve_static


def test_what_forked_servers_share():
    pytest.importorskip("daphne", reason="Daphne is optional")
    reactor = sys.modules.get("twisted.internet.reactor")
    preload_daphne()
    assert "autobahn.twisted.websocket" in sys.modules
    assert sys.modules.get("twisted.internet.reactor") is reactor


def test_nothing_is_shared_where_daphne_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "daphne.http_protocol", None)
    preload_daphne()


@pytest.mark.django_db
def test_caches_of_the_database_are_fresh():
    kept = ContentType.objects.get_for_id(ContentType.objects.first().pk)
    seen = []

    async def application(scope, receive, send):
        seen.append(scope)

    asyncio.run(with_fresh_caches(application)("scope", None, None))
    assert seen == ["scope"]
    assert ContentType.objects.get_for_id(kept.pk) is not kept


def test_a_free_port():
    with listen("localhost", 0) as first, listen("localhost", 0) as second:
        assert first.getsockname()[0] == "127.0.0.1"
        assert first.getsockname()[1] != second.getsockname()[1]


@pytest.mark.skipif(not socket.has_ipv6, reason="this machine has no IPv6")
def test_ipv6():
    with listen("::1", 0) as listening:
        assert listening.family == socket.AF_INET6


def test_a_host_that_is_not_here():
    with pytest.raises(LiveServerError, match=r"cannot listen on port 80 of 'no\.such'"):
        listen("no.such", 80)


@pytest.fixture
def hide(monkeypatch):
    """A function that makes a package look as if it were not installed."""
    hidden = set()
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *package: None if name in hidden else find_spec(name, *package),
    )
    return hidden.update


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("hidden", "server"), [([], "daphne"), (["daphne"], "uvicorn")])
def test_daphne_or_uvicorn(hide, hidden, server):
    def test(self):
        assert ask(self, "a") == "A"
        assert get(self).headers.get("server", "daphne") == server

    hide(hidden)
    assert run(case(ModernProcesses, IN_MEMORY, test=test)) == {"test": "ok"}


class FakeDaphne(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Is imported as ``daphne.server``, and notes what its server is made with."""

    def __init__(self):
        self.options = []

    def find_spec(self, name, path, target=None):
        return importlib.machinery.ModuleSpec(name, self) if name == "daphne.server" else None

    def exec_module(self, module):
        module.Server = self

    def __call__(self, application, **options):
        self.options.append(options)
        return self

    def run(self):
        pass


@pytest.mark.parametrize(
    ("options", "seconds"), [({}, 30), ({"websocket_handshake_timeout": 1}, 1)]
)
def test_a_first_consumer_has_time_for_its_imports(monkeypatch, options, seconds):
    """Daphne gives a handshake five seconds by default, the imports of its consumer included."""
    pytest.importorskip("daphne", reason="Daphne is optional")
    daphne = FakeDaphne()
    monkeypatch.setattr(sys, "meta_path", [daphne, *sys.meta_path])
    # What is imported in the test goes with it.
    monkeypatch.setattr("daphne.server", daphne, raising=False)
    for name in ("daphne.server", "twisted.internet.reactor"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    with listen("localhost", 0) as listening:
        serving.serve(None, listening, lambda: None, **options)
    assert [made["websocket_handshake_timeout"] for made in daphne.options] == [seconds]


def test_neither(hide):
    hide(["daphne", "uvicorn"])
    with pytest.raises(LiveServerError, match=r"needs Daphne or uvicorn.*channeltest\[live\]"):
        serving.serve(None, None, lambda: None)


def test_this_process_imports_no_reactor():
    assert settings.configured
    assert "daphne" not in vars(serving)
