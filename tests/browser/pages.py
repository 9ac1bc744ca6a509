"""What a person does on the page that talks, and sees there."""

from __future__ import annotations

from typing import Any

from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from ..processes import PATIENCE


def until(browser: Any, read: Any, expected: Any) -> None:
    """Wait until what ``read`` finds on the page is as expected."""
    wait = WebDriverWait(browser, PATIENCE, poll_frequency=0.02)
    try:
        wait.until(lambda _: read(browser) == expected)
    except TimeoutException:
        raise AssertionError(f"the page has {read(browser)!r}, not {expected!r}") from None


def visit(browser: Any, live: Any) -> None:
    """Open the page, and wait for its websocket."""
    browser.get(live.live_server_url)
    until(browser, title, "open")


def say(browser: Any, text: str) -> None:
    browser.find_element(By.NAME, "text").send_keys(text + "\n")


def title(browser: Any) -> str:
    return str(browser.title)


def lines(browser: Any) -> list[str]:
    return [each.text for each in browser.find_elements(By.CSS_SELECTOR, "li")]


def colour(browser: Any) -> str:
    found: str = browser.find_element(By.CSS_SELECTOR, "h1").value_of_css_property("color")
    return found
