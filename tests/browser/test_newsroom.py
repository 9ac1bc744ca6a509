"""The newsroom's chat in two tabs of a real browser, on Redis, with two worker processes."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.by import By

from .newsroom import OLD, PASSWORD, PORT, STACK, LiveNewsroom, make_database
from .pages import lines, say, until

pytest.importorskip("daphne", reason="Daphne is optional")

# Whose code the server process runs, and whose the worker processes.
DEPLOYMENTS = {
    "old": (OLD, OLD),
    "ported": (PORT, PORT),
    "stack": (STACK, STACK),
    "ported server, old workers": (PORT, OLD),
}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return make_database(tmp_path_factory.mktemp("newsroom") / "newsroom.sqlite3")


@pytest.fixture
def newsroom(database, tmp_path, redis_server):
    newsroom = LiveNewsroom(database, tmp_path, redis_server)
    yield newsroom
    newsroom.close()


def status(browser):
    return browser.find_element(By.ID, "status").text


def log_in(browser):
    browser.find_element(By.NAME, "username").send_keys("ann")
    browser.find_element(By.NAME, "password").send_keys(f"{PASSWORD}\n")


@pytest.mark.parametrize(("server", "workers"), DEPLOYMENTS.values(), ids=DEPLOYMENTS)
def test_chat_in_two_tabs(newsroom, browser, server, workers):
    newsroom.start(server, workers)
    browser.get(f"{newsroom.url}/chat/lounge/")
    log_in(browser)
    until(browser, status, "You are in lounge")
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    browser.get(f"{newsroom.url}/chat/lounge/")
    until(browser, status, "You are in lounge")
    second = browser.current_window_handle

    browser.switch_to.window(first)
    say(browser, "hällo")
    until(browser, lines, ["ann: hällo"])
    browser.switch_to.window(second)
    until(browser, lines, ["ann: hällo"])

    newsroom.workers[0].terminate()
    say(browser, "one worker less")
    until(browser, lines, ["ann: hällo", "ann: one worker less"])
    browser.close()
    browser.switch_to.window(first)
    until(browser, lines, ["ann: hällo", "ann: one worker less", "ann has left"])
    assert newsroom.remarks() == ["hällo", "one worker less"]
