"""The live server test case of Channels 1: processes and threads, layers, routes, settings."""

from __future__ import annotations

import os
import time
from unittest import mock

import channels.test.liveserver
import pytest
from channels.exceptions import InvalidChannelLayerError
from channels.layers import get_channel_layer
from channeltest.compat.asgi import channel_layers
from channeltest.compat.channel import Channel, Group
from channeltest.compat.redis.layer import RedisChannelLayer
from channeltest.compat.routing import route
from django.contrib.auth.models import User
from django.test import modify_settings, override_settings
from websockets.exceptions import ConnectionClosed

from channeltest import apply_routes
from channeltest.live.layers import make_test_layer

from ..helpers import run
from . import site
from .helpers import (
    IN_MEMORY,
    NOWHERE,
    PATIENCE,
    ROUTING,
    OldProcesses,
    OldThreads,
    ask,
    case,
    get,
    on_redis,
    reply,
    unreachable,
    websocket,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["process", "thread"])
def live(request, redis_server):
    """A function that makes a test case, for processes and for threads."""

    def make(overrides=None, /, **attributes):
        if request.param == "thread":
            return case(OldThreads, unreachable(), overrides, **attributes)
        return case(OldProcesses, on_redis(redis_server), overrides, **attributes)

    return make


def passes(made, *names):
    assert run(made) == dict.fromkeys(names or ("test",), "ok")


def test_a_page_a_websocket_and_a_static_file(live):
    def test(self):
        assert self.live_server_url.startswith("http://localhost:")
        assert self.live_server_ws_url == "ws" + self.live_server_url[4:]
        assert get(self).text == "hello nobody"
        assert ask(self, "shout") == "SHOUT"
        assert 'document.title = "served"' in get(self, "/static/live.js").text

    passes(live(test=test))


def test_no_static_files(live):
    passes(
        live(serve_static=False, test=lambda self: expect(get(self, "/static/live.js"), 404)),
    )


def expect(response, status):
    assert response.status_code == status


def test_overrides_of_the_class_reach_the_consumers(live):
    made = live({"LIVE_NAME": "anna"}, test=lambda self: expect_name(self, "anna"))
    passes(modify_settings(ALLOWED_HOSTS={"append": "example.org"})(made))


def test_overrides_of_a_test_reach_the_consumers(live):
    test = override_settings(LIVE_NAME="berta")(lambda self: expect_name(self, "berta"))
    passes(live(test=test))


def expect_name(self, name):
    assert ask(self, "setting") == name
    assert get(self).text == f"hello {name}"


def test_routes_of_a_test(live):
    test = apply_routes(site.echoing)(lambda self: expect_echo(self))
    passes(live(test=test))


def expect_echo(self):
    assert ask(self, "a") == "echo of a"


def test_routes_of_a_class(live):
    passes(apply_routes(site.echoing)(live(test=expect_echo)))


def test_routes_of_a_block(live):
    def test(self):
        assert ask(self, "a") == "A"
        with apply_routes(site.echoing):
            expect_echo(self)
        assert ask(self, "a") == "A"

    passes(live(test=test))


def test_the_test_and_the_consumers_share_the_layer(live):
    def test(self):
        with websocket(self) as client:
            assert reply(client, "a") == "A"
            Group("everybody").send({"text": "from the test"})
            assert client.recv(timeout=PATIENCE) == "from the test"
            Channel("notes").send({"what": "it"})
            assert client.recv(timeout=PATIENCE) == "noted it"

    passes(live(test=test))


def test_several_threads_run_consumers(live):
    def test(self):
        with websocket(self) as first, websocket(self) as second:
            assert [reply(first, "a"), reply(second, "b")] == ["A", "B"]

    passes(live(worker_threads=3, test=test))


def test_every_test_has_a_layer_without_messages(live):
    def leave(self):
        Group("everybody").add("somebody!1")
        assert ask(self, "a") == "A"

    def look(self):
        assert ask(self, "a") == "A"
        members = channel_layers["default"].group_channels("everybody")
        assert "somebody!1" not in members

    passes(live(test_1=leave, test_2=look), "test_1", "test_2")


def test_the_layers_are_given_back(live):
    before = channel_layers.backends.get("default")
    passes(live(test=lambda self: expect_name(self, "nobody")))
    assert channel_layers.backends.get("default") is before


# With processes


def test_the_layer_is_that_of_test_config(redis_server):
    def test(self):
        layer = channel_layers["default"]
        assert layer.servers[0]["port"] == redis_server.port
        assert get_channel_layer().hosts[0]["port"] == redis_server.port
        assert ask(self, "a") == "A"

    made = []
    with mock.patch.object(
        RedisChannelLayer, "__init__", _noting(made, RedisChannelLayer.__init__)
    ):
        passes(case(OldProcesses, on_redis(redis_server), test=test))
    assert NOWHERE["hosts"] not in made


def _noting(made, init):
    def noting(self, *args, **kwargs):
        made.append(kwargs["hosts"])
        init(self, *args, **kwargs)

    return noting


def test_a_worker_of_a_parallel_run_has_a_layer_apart(redis_server, monkeypatch):
    def test(self):
        assert channel_layers["default"].prefix == "asgi:gw7:"
        with websocket(self) as client:
            assert reply(client, "a") == "A"
            Group("everybody").send({"text": "from the test"})
            assert client.recv(timeout=PATIENCE) == "from the test"

    monkeypatch.setenv("PYTEST_XDIST_WORKER", "gw7")
    passes(case(OldProcesses, on_redis(redis_server), test=test))


@pytest.mark.parametrize("start_method", ["spawn", "forkserver"])
def test_other_start_methods(redis_server, start_method):
    def test(self):
        expect_name(self, "clara")
        assert ask(self, "a") == "A"
        assert ask(self, "pid") != str(os.getpid())

    made = case(
        OldProcesses, on_redis(redis_server), {"LIVE_NAME": "clara"}, start_method=start_method
    )
    made.test = test
    passes(made)


def test_routes_that_cannot_be_sent(redis_server):
    routes = [route("websocket.connect", lambda message: None)]
    made = case(
        OldProcesses,
        on_redis(redis_server),
        start_method="spawn",
        test=apply_routes(routes)(lambda self: self.live_server_url),
    )
    [said] = run(made).values()
    assert said.startswith("LiveServerError: DaphneProcess cannot be sent")
    assert "start_method = 'fork'" in said


class Greeting(channels.test.liveserver.WorkerProcess):
    def common_setup(self):
        super().common_setup()
        mock.patch.object(site, "GREETING", "good evening").start()


def test_a_worker_process_of_the_test_s_own(redis_server):
    def test(self):
        assert get(self).text == "good evening nobody"

    passes(case(OldProcesses, on_redis(redis_server), WorkerProcess=Greeting, test=test))
    assert site.GREETING == "hello"


class Failing(channels.test.liveserver.WorkerProcess):
    def common_setup(self):
        raise ImportError("no such module as theirs")


def test_a_child_that_does_not_start(redis_server):
    def tests(self):
        self.live_server_url  # noqa: B018

    made = case(OldProcesses, on_redis(redis_server), WorkerProcess=Failing, test=tests)
    [said] = run(made).values()
    assert said.startswith("LiveServerError: the live server's worker process failed:")
    assert "in common_setup" in said
    assert "ImportError: no such module as theirs" in said


def test_a_worker_that_dies_takes_the_connections_along(redis_server):
    made = case(OldProcesses, on_redis(redis_server))
    made.test_1_kill, made.test_2_next = kill, lambda self: expect_name(self, "nobody")
    outcome = run(made)
    # Nothing but that: the client was not kept waiting.
    assert outcome["test_1_kill"].startswith("LiveServerError: the live server's worker process")
    assert "was killed by signal 9" in outcome["test_1_kill"]
    assert outcome["test_2_next"] == "ok"


def kill(self):
    with websocket(self) as client:
        client.send("die")
        with pytest.raises(ConnectionClosed):
            client.recv(timeout=PATIENCE)


# With threads


def test_mocks_and_the_clock(monkeypatch):
    def test(self):
        monkeypatch.setattr(site, "greeting", lambda: "mocked")
        monkeypatch.setattr(time, "time", lambda: 1.5)
        assert ask(self, "greeting") == "mocked"
        assert ask(self, "time") == "1.5"
        assert ask(self, "pid") == str(os.getpid())

    passes(case(OldThreads, unreachable(), test=test))


def test_the_database():
    def test_1(self):
        User.objects.create(username="theirs")
        assert ask(self, "users") == "theirs"
        assert ask(self, "add") == "added"
        assert get(self, "/users/").text == "theirs added"
        assert User.objects.count() == 2

    def test_2(self):
        assert ask(self, "users") == "nobody"

    passes(case(OldThreads, unreachable(), test_1=test_1, test_2=test_2), "test_1", "test_2")


def test_several_layers():
    def test(self):
        assert ask(self, "a") == "A"
        Channel("other", alias="other").send({"a": 1})
        assert channel_layers["other"].receive(["other"]) == ("other", {"a": 1})

    other = {"BACKEND": "no.such.Layer", "ROUTING": []}
    passes(case(OldThreads, {**unreachable(), "other": other}, test=test))


# Refusals


def test_a_database_in_memory(redis_server):
    made = case(channels.test.ChannelLiveServerTestCase, on_redis(redis_server), test=expect_echo)
    made._is_in_memory_db = classmethod(lambda cls, connection: True)
    assert run(made) == {
        "class": "ImproperlyConfigured: ChannelLiveServerTestCase can not be used with in memory "
        "databases"
    }


@pytest.mark.parametrize("base", [OldProcesses, OldThreads])
def test_a_project_whose_consumers_are_all_ported(base):
    """Its settings have no ROUTING, and an ASGI_APPLICATION."""

    def test(self):
        assert get(self).text == "hello nobody"
        assert get(self, "/static/live.js").status_code == 200
        assert ask(self, "a") == "A"

    passes(case(base, IN_MEMORY, test=test))


def test_neither_routing_nor_an_application():
    layers = {"default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "TEST_CONFIG": {}}}
    assert refusal(OldProcesses, layers, overrides={"ASGI_APPLICATION": None}) == (
        "InvalidChannelLayerError: No ROUTING specified for default"
    )


def refusal(base, layers, overrides=None, **attributes):
    [said] = run(case(base, layers, overrides, test=expect_echo, **attributes)).values()
    return said


def test_a_layer_without_test_config():
    assert refusal(OldProcesses, unreachable()) == (
        "InvalidChannelLayerError: No TEST_CONFIG specified for default"
    )


def test_what_to_do_without_test_config():
    with override_settings(CHANNEL_LAYERS=unreachable()):
        with pytest.raises(InvalidChannelLayerError) as raised:
            make_test_layer()
    assert raised.value.__notes__ == [
        "Add it to the settings: CHANNEL_LAYERS['default']['TEST_CONFIG'] = {…}, the CONFIG of a "
        "layer that is not the production's",
        "Without processes no such layer is needed: server = 'thread' on the test case.",
    ]


def test_a_layer_in_memory():
    layer = {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": ROUTING, "TEST_CONFIG": {}}
    said = refusal(OldProcesses, {"default": layer})
    assert said.startswith("ImproperlyConfigured: ChannelLiveServerTestCase can not be used with")
    assert "server = 'thread'" in said


def test_several_layers_with_processes(redis_server):
    layers = {**on_redis(redis_server), "other": unreachable()["default"]}
    assert refusal(OldProcesses, layers) == (
        "ImproperlyConfigured: ChannelLiveServerTestCase does not support multiple CHANNEL_LAYERS "
        "at this time"
    )


def test_another_kind_of_server():
    assert refusal(OldThreads, unreachable(), server="rocket") == (
        "ValueError: server is 'process' or 'thread', not 'rocket'"
    )
