"""``channels/js/websocketbridge.js``, the JavaScript client of Channels 1, in a real browser."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command

from ..channeltest.helpers import run
from ..channeltest.live.helpers import OldThreads, case, unreachable
from ..processes import PATIENCE
from ..redis_server import free_port
from . import bridge_site
from .newsroom import OLD, LiveNewsroom, make_database
from .pages import until
from .test_newsroom import log_in, status

# Collects what the callbacks are called with, and calls back with that much of it.
_COLLECT = """
const done = arguments[arguments.length - 1], seen = [];
const note = (...values) => { seen.push(values); if (seen.length === EXPECTED) done(seen); };
const bridge = window.bridge = new channels.WebSocketBridge();
// On a busy machine a connection may take longer than the default, and would be made once more.
const patient = {connectionTimeout: 60000};
"""


def collect(browser, expected, script):
    browser.set_script_timeout(PATIENCE)
    return browser.execute_async_script(_COLLECT.replace("EXPECTED", str(expected)) + script)


@pytest.fixture
def on_page(browser, transactional_db):
    """A function that runs a test on the page, in a live test case with some settings."""

    def run_there(test, serve_static=True, **settings):
        def test_there(self):
            if not serve_static:
                call_command("collectstatic", interactive=False, verbosity=0)
            browser.get(self.live_server_url)
            test()

        layers = unreachable()
        layers["default"]["ROUTING"] = bridge_site.ROUTING
        overrides = {**bridge_site.SETTINGS, **settings}
        made = case(OldThreads, layers, overrides, test=test_there, serve_static=serve_static)
        assert run(made) == {"test": "ok"}

    return run_there


def test_frames_and_streams(on_page, browser):
    def test():
        assert collect(
            browser,
            3,
            """
            bridge.connect("/ws/");
            bridge.listen((payload, stream) => note("default", payload, stream));
            bridge.demultiplex("news", (payload, stream) => note("news", payload, stream));
            bridge.socket.addEventListener("open", () => {
              bridge.send({text: "a"});
              bridge.stream("nobody").send({text: "lost"});
              bridge.stream("news").send({text: "b"});
              bridge.send({text: "c"});
            });
            """,
        ) == [
            ["default", {"text": "a"}, None],
            ["news", {"text": "b"}, "news"],
            ["default", {"text": "c"}, None],
        ]

    on_page(test)


def test_it_connects_again(on_page, browser):
    """With the listeners that it had, until it is closed for good.

    The last close is seen on the browser's own socket: the bridge tells its listeners before.
    """

    def test():
        assert collect(
            browser,
            6,
            """
            const sockets = [];
            class Counted extends WebSocket {
              constructor(...values) { super(...values); sockets.push(this); }
            }
            const options = {...patient, minReconnectionDelay: 1, constructor: Counted};
            bridge.connect("/ws/", undefined, options);
            bridge.listen((payload) => {
              note(payload.text);
              sockets[1].addEventListener("close", () => {
                note("closed", sockets.length, bridge.socket.readyState);
              });
              bridge.socket.close(1000, "", {keepClosed: true});
            });
            let opened = 0;
            bridge.socket.onopen = () => {
              note("open");
              bridge.send(opened++ ? {text: "again"} : {close: true});
            };
            bridge.socket.addEventListener("close", (event) => note(event.code));
            """,
        ) == [["open"], [4000], ["open"], ["again"], [1000], ["closed", 2, 3]]

    on_page(test)


def test_a_close_connects_again(on_page, browser):
    """As with the original: unless ``keepClosed`` says otherwise. Listeners hear of it at once."""

    def test():
        assert (
            collect(
                browser,
                6,
                """
            bridge.connect("/ws/", undefined, {...patient, minReconnectionDelay: 1});
            let opened = 0;
            bridge.socket.onopen = () => {
              const last = opened++ === 1;
              note("open", bridge.socket.readyState === bridge.socket.OPEN);
              bridge.socket.close(4001, "bye", {keepClosed: last});
              note("asked");
            };
            bridge.socket.addEventListener("close", (event) => {
              note(event.code, event.reason, event.wasClean);
            });
            """,
            )
            == [["open", True], [4001, "bye", True], ["asked"]] * 2
        )

    on_page(test)


def test_a_close_with_a_delay(on_page, browser):
    def test():
        assert collect(
            browser,
            3,
            """
            bridge.connect("/ws/", undefined, {...patient, minReconnectionDelay: 1e6});
            let closed = 0;
            bridge.socket.onclose = (event) => note("close", event.code);
            bridge.socket.onopen = () => {
              note("open");
              if (!closed++) bridge.socket.close(1000, "", {delay: 1, fastClose: false});
            };
            """,
        ) == [["open"], ["close", 1000], ["open"]]

    on_page(test)


def test_a_connection_that_takes_too_long(on_page, browser):
    def test():
        assert collect(
            browser,
            1,
            """
            // Never opens, as behind a firewall.
            class Silent extends EventTarget { close() {} }
            bridge.connect("/ws/", [], {constructor: Silent, connectionTimeout: 1});
            bridge.socket.onerror = (error) => note(error.code);
            """,
        ) == [["ETIMEDOUT"]]

    on_page(test)


def test_it_gives_up(on_page, browser):
    def test():
        assert collect(
            browser,
            1,
            """
            bridge.connect("ws://127.0.0.1:PORT/", [], {minReconnectionDelay: 1, maxRetries: 2});
            let closed = 0;
            bridge.socket.onclose = () => { closed += 1; };
            bridge.socket.onerror = (error) => { if (error.code) note(error.code, closed); };
            """.replace("PORT", str(free_port())),
        ) == [["EHOSTDOWN", 3]]

    on_page(test)


def test_collected_under_a_name_with_a_hash(on_page, browser, tmp_path, settings):
    hashing = {
        "STATIC_ROOT": tmp_path,
        "STATIC_URL": "/collected/",
        "STATICFILES_DIRS": [],
        "INSTALLED_APPS": [*settings.INSTALLED_APPS, "django.contrib.staticfiles"],
        "STORAGES": {
            "staticfiles": {
                "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
            }
        },
    }

    def test():
        source = browser.execute_script("return document.scripts[0].src")
        assert re.search(r"/collected/channels/js/websocketbridge\.[0-9a-f]+\.js$", source)
        assert collect(
            browser,
            1,
            """
            bridge.connect("/ws/");
            bridge.listen(note);
            bridge.socket.onopen = () => bridge.send({text: "a"});
            """,
        ) == [[{"text": "a"}, None]]

    on_page(test, serve_static=False, **hashing)


def test_demultiplexer_of_the_newsroom(browser, tmp_path, redis_server):
    pytest.importorskip("daphne", reason="Daphne is optional")
    (tmp_path / "copy").mkdir()
    database = make_database(tmp_path / "newsroom.sqlite3")
    newsroom = LiveNewsroom(database, tmp_path / "copy", redis_server)
    try:
        newsroom.start(OLD, OLD)
        browser.get(f"{newsroom.url}/chat/lounge/")
        log_in(browser)
        until(browser, status, "You are in lounge")
        load = """
        const script = document.createElement("script");
        script.src = "/static/channels/js/websocketbridge.js";
        script.onload = arguments[0];
        document.head.append(script);
        """
        browser.set_script_timeout(PATIENCE)
        browser.execute_async_script(load)
        assert collect(
            browser,
            2,
            """
            bridge.connect("/ws/desk/edit/");
            bridge.listen();
            bridge.demultiplex("cursors", (payload, stream) => {
              note(payload, stream);
              if (payload.you) bridge.stream("cursors").send({article: "17"});
            });
            """,
        ) == [[{"you": "ann"}, "cursors"], [{"editor": "ann", "article": "17"}, "cursors"]]
    finally:
        newsroom.close()
