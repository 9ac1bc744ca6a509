"""Live test cases as people write them: with a browser, a page and JavaScript over a websocket."""

from __future__ import annotations

import pytest
from splinter import Browser

from channeltest import apply_routes

from ..channeltest.helpers import run
from ..channeltest.live.helpers import PATIENCE, get, websocket
from . import site
from .pages import colour, lines, say, title, until, visit

GREEN, BLACK = "rgba(0, 128, 0, 1)", "rgba(0, 0, 0, 1)"


def of(*shapes):
    return pytest.mark.parametrize("live", shapes, indirect=True)


def passes(made):
    assert run(made) == {"test": "ok"}


def test_a_page_that_talks_over_a_websocket(live, browser):
    def test(self):
        visit(browser, self)
        assert colour(browser) == GREEN
        say(browser, "hällo")
        until(browser, lines, ["hällo"])
        with websocket(self, "/talk/") as client:
            client.send("from Python")
            assert client.recv(timeout=PATIENCE) == "from Python"
            until(browser, lines, ["hällo", "from Python"])
            say(browser, "from the page")
            assert client.recv(timeout=PATIENCE) == "from the page"
        until(browser, lines, ["hällo", "from Python", "from the page", "somebody left"])

    passes(live(test=test))
    # A process is ended at once, a thread says goodbye.
    until(browser, lambda _: title(browser) in ("closed with 1006", "closed with 1012"), True)


def test_without_static_files(live, browser):
    def test(self):
        browser.get(self.live_server_url)
        assert browser.execute_script("return typeof socket") == "undefined"
        assert title(browser) == "closed"
        assert colour(browser) == BLACK
        for name in ("talk.js", "talk.css"):
            assert get(self, f"/static/{name}").status_code == 404

    passes(live(serve_static=False, test=test))


@of("old-process", "old-thread")
def test_routes_of_a_block(live, browser):
    def test(self):
        for routes, heard in [(site.shouting, "QUIETLY"), (site.routing, "quietly")]:
            with apply_routes(routes):
                visit(browser, self)
                say(browser, "quietly")
                until(browser, lines, [heard])

    passes(live(test=test))


def test_a_browser_that_is_killed(live, chromium):
    def test_1(self):
        visit(chromium.session, self)
        with websocket(self, "/talk/") as client:
            chromium.kill()
            assert client.recv(timeout=PATIENCE) == "somebody left"
        say(chromium.session, "nobody there")

    def test_2(self):
        visit(chromium.session, self)
        say(chromium.session, "somebody new")
        until(chromium.session, lines, ["somebody new"])

    class Cleared:
        def tearDown(self):
            super().tearDown()
            chromium.clear()

    outcome = run(type("Killed", (Cleared, live(test_1=test_1, test_2=test_2)), {}))
    assert outcome["test_1"].startswith("InvalidSessionIdException: ")
    assert "Failed: Chromium (pid" in outcome["test_1"]
    assert "ended during the test: Message: invalid session id" in outcome["test_1"]
    assert outcome["test_2"] == "ok"


@of("old-process")
def test_splinter(live, chromium):
    def test(self):
        options = {"command_executor": chromium.address, "options": chromium.options()}
        with Browser("remote", browser="chrome", **options) as browser:
            browser.visit(self.live_server_url)
            browser.fill("text", "hello")
            browser.find_by_text("Say").click()
            assert browser.is_element_present_by_xpath("//li[text()='hello']", wait_time=PATIENCE)

    passes(live(test=test))
