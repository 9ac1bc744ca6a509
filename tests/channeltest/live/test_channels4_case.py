"""The live server test case of Channels 2 and later."""

from __future__ import annotations

import os
import socket
from unittest import mock

import pytest
from asgiref.sync import SyncToAsync
from channels.layers import channel_layers, get_channel_layer
from django.contrib.auth.models import User
from django.test import override_settings
from websockets.exceptions import ConnectionClosed

import channeltest
from channeltest.live.setups import ApplicationProcess

from ...redis_server import free_port
from ..helpers import run
from . import site
from .helpers import (
    IN_MEMORY,
    PATIENCE,
    ModernProcesses,
    ModernThreads,
    ask,
    case,
    get,
    on_redis,
    unreachable,
    websocket,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[ModernProcesses, ModernThreads], ids=["process", "thread"])
def live(request):
    """A function that makes a test case, for processes and for threads."""

    def make(overrides=None, /, **attributes):
        return case(request.param, IN_MEMORY, overrides, **attributes)

    return make


def passes(made, *names):
    assert run(made) == dict.fromkeys(names or ("test",), "ok")


def test_its_name():
    assert issubclass(ModernThreads, channeltest.ChannelsLiveServerTestCase)


def test_a_page_a_websocket_and_a_static_file(live):
    def test(self):
        assert get(self).text == "hello nobody"
        assert ask(self, "shout") == "SHOUT"
        assert 'document.title = "served"' in get(self, "/static/live.js").text

    passes(live(test=test))


def test_no_static_files(live):
    def test(self):
        assert get(self, "/static/live.js").status_code == 404

    passes(live(serve_static=False, test=test))


def test_overrides_of_the_class_reach_the_consumers(live):
    passes(live({"LIVE_NAME": "anna"}, test=lambda self: expect_name(self, "anna")))


def expect_name(self, name):
    assert ask(self, "setting") == name
    assert get(self).text == f"hello {name}"


def test_the_tests_of_a_class_share_a_server(live):
    urls = []

    def test(self):
        assert ask(self, "a") == "A"
        urls.append(self.live_server_url)

    passes(live(test_1=test, test_2=test), "test_1", "test_2")
    assert urls[0] == urls[1]


@pytest.mark.parametrize("start_method", ["spawn", "forkserver"])
def test_other_start_methods(start_method):
    def test(self):
        expect_name(self, "clara")
        assert ask(self, "pid") != str(os.getpid())

    passes(
        case(
            ModernProcesses, IN_MEMORY, {"LIVE_NAME": "clara"}, start_method=start_method, test=test
        )
    )


def test_layers_with_a_test_config():
    layer = {"BACKEND": "channels.layers.InMemoryChannelLayer", "TEST_CONFIG": {"capacity": 7}}

    def test(self):
        assert get_channel_layer().capacity == 7
        assert ask(self, "a") == "A"

    # Layers that other tests have made go when the settings are others.
    channel_layers.backends.clear()
    passes(case(ModernProcesses, {"default": layer}, test=test))
    assert channel_layers.backends == {}


def test_layers_of_channels_1(redis_server):
    def test(self):
        assert ask(self, "a") == "A"

    passes(case(ModernProcesses, on_redis(redis_server), test=test))
    passes(case(ModernThreads, unreachable(), test=test))


class Greeting(ApplicationProcess):
    def common_setup(self):
        super().common_setup()
        mock.patch.object(site, "GREETING", "good evening").start()


def test_a_server_process_of_the_test_s_own():
    def test(self):
        assert get(self).text == "good evening nobody"

    passes(case(ModernProcesses, IN_MEMORY, ProtocolServerProcess=Greeting, test=test))


@pytest.fixture
def daphne_process():
    """A process class as projects derive them from that of Daphne."""
    # Importing it installs a reactor.
    testing = pytest.importorskip("daphne.testing")

    class Process(testing.DaphneProcess):
        def run(self):
            mock.patch.object(site, "GREETING", "good night").start()
            super().run()

    return Process


def test_a_server_process_derived_from_daphne_s(daphne_process):
    def test(self):
        assert get(self).text == "good night nobody"
        assert ask(self, "a") == "A"

    # asgiref's thread is there, and is not forked.
    SyncToAsync.single_thread_executor.submit(int).result()
    passes(case(ModernProcesses, IN_MEMORY, ProtocolServerProcess=daphne_process, test=test))


def test_a_server_process_derived_from_daphne_s_that_fails(daphne_process):
    def fail():
        raise ValueError("of its own")

    class Failing(daphne_process):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, setup=fail, **kwargs)

    made = case(
        ModernProcesses,
        IN_MEMORY,
        ProtocolServerProcess=Failing,
        test=lambda self: self.live_server_url and None,
    )
    [said] = run(made).values()
    assert said.startswith("LiveServerError: the live server's server process failed:")
    assert "ValueError: of its own" in said


def test_a_child_that_does_not_start():
    def test(self):
        self.live_server_url  # noqa: B018

    [said] = run(
        case(ModernProcesses, IN_MEMORY, {"ASGI_APPLICATION": "no.such.thing"}, test=test)
    ).values()
    assert said.startswith("LiveServerError: the live server's server process failed:")
    assert "ImproperlyConfigured: Cannot import ASGI_APPLICATION module 'no.such'" in said


def test_a_server_that_dies_fails_its_test_only():
    def die(self):
        with websocket(self) as client:
            client.send("die")
            with pytest.raises(ConnectionClosed):
                client.recv(timeout=PATIENCE)
        # Its sockets may be closed before it has ended.
        type(self)._running._monitor.join(PATIENCE)

    made = case(
        ModernProcesses, IN_MEMORY, test_1=die, test_2=lambda self: expect_name(self, "nobody")
    )
    outcome = run(made)
    assert outcome["test_1"].startswith("LiveServerError: the live server's server process")
    assert "was killed by signal 9" in outcome["test_1"]
    assert outcome["test_2"] == "ok"


def test_a_server_that_died_after_its_test():
    def test_1(self):
        assert ask(self, "a") == "A"

    def test_2(self):
        children = type(self)._running._children
        children[0].kill()
        type(self)._running._monitor.join(PATIENCE)
        expect_name(self, "nobody")

    passes(case(ModernProcesses, IN_MEMORY, test_1=test_1, test_2=test_2), "test_1", "test_2")


def test_an_application_that_cannot_be_sent():
    made = case(
        ModernProcesses,
        IN_MEMORY,
        start_method="spawn",
        static_wrapper=staticmethod(lambda application: application),
        test=lambda self: self.live_server_url and None,
    )
    [said] = run(made).values()
    assert said.startswith("LiveServerError: ApplicationProcess cannot be sent")


def test_a_setting_that_cannot_be_sent():
    made = case(
        ModernProcesses,
        IN_MEMORY,
        {"LIVE_NAME": lambda: None},
        start_method="spawn",
        test=lambda self: self.live_server_url and None,
    )
    [said] = run(made).values()
    assert said.startswith("LiveServerError: the setting LIVE_NAME cannot be sent")


def test_a_port_that_is_taken(live):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        made = live(port=port, test=lambda self: self.live_server_url and None)
        [said] = run(made).values()
    assert f"cannot listen on port {port} of 'localhost'" in said
    assert "Address already in use" in said


def test_a_port_that_is_free(live, unused_port):
    def test(self):
        assert self.live_server_url == f"http://localhost:{unused_port}"
        assert ask(self, "a") == "A"

    passes(live(port=unused_port, test=test))


@pytest.fixture
def unused_port():
    return free_port()


# With threads


def test_mocks_and_settings_of_a_test(monkeypatch):
    def test(self):
        monkeypatch.setattr(site, "greeting", lambda: "mocked")
        assert ask(self, "greeting") == "mocked"
        with override_settings(LIVE_NAME="doris"):
            expect(self)

    def expect(self):
        assert get(self).text == "mocked doris"

    passes(case(ModernThreads, IN_MEMORY, test=test))


def test_frozen_time():
    def test(self):
        with mock.patch("time.time", return_value=86400.0):
            assert ask(self, "time") == "86400.0"

    passes(case(ModernThreads, IN_MEMORY, test=test))


def test_the_database():
    def test_1(self):
        User.objects.create(username="theirs")
        assert ask(self, "users") == "theirs"
        assert ask(self, "add") == "added"
        assert get(self, "/users/").text == "theirs added"
        assert User.objects.count() == 2

    def test_2(self):
        assert ask(self, "users") == "nobody"

    passes(case(ModernThreads, IN_MEMORY, test_1=test_1, test_2=test_2), "test_1", "test_2")


def test_a_database_in_memory_and_processes():
    made = case(channeltest.ChannelsLiveServerTestCase, IN_MEMORY, test=expect_name)
    made._is_in_memory_db = classmethod(lambda cls, connection: True)
    [said] = run(made).values()
    assert said == (
        "ImproperlyConfigured: ChannelLiveServerTestCase can not be used with in memory databases"
    )


def test_settings_of_one_test_stay_in_it():
    """The server has those of the class, whichever test asks first."""

    def test_1(self):
        with override_settings(LIVE_NAME="of one test"):
            assert ask(self, "setting") == "of the class"

    def test_2(self):
        assert ask(self, "setting") == "of the class"

    made = case(
        ModernProcesses, IN_MEMORY, {"LIVE_NAME": "of the class"}, test_1=test_1, test_2=test_2
    )
    passes(made, "test_1", "test_2")
