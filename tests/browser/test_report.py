"""The report in a real browser, from a file: what it shows, how fast, and to whom."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from axe_core_python.selenium import Axe
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from channeltest.comparison.suites.files import write
from channeltest.comparison.suites.old_records import OldRecords
from channeltest.comparison.suites.run import Verdict
from channeltest.record.schema import dumps
from channeltest.report.page import page

from ..channeltest.report.records import record, run, suite

WIDTHS = (1280, 390)
THEMES = ("light", "dark")

HOSTILE = (
    "</script><script>document.title = 'owned'</script>"
    "<img src=x onerror=\"document.title = 'owned'\"><!-- {{data}} \u202e\0\ud800 ' \""
)

# Milliseconds in which a report of 10,000 tests can be used; measured are 250.
USABLE = 1000

# Calls back once the page can be used, with the time since it was opened, in milliseconds.
READY = """
const done = arguments[0];
new PerformanceObserver((list, observer) => {
  const [mark] = list.getEntriesByName("channeltest-ready");
  if (mark) { observer.disconnect(); done(mark.startTime); }
}).observe({ type: "mark", buffered: true });
"""

# How long a search takes, in milliseconds.
SEARCH = """
const search = document.getElementById("search"), started = performance.now();
search.value = "test_9999";
search.dispatchEvent(new Event("input"));
return performance.now() - started;
"""

# The page's own listener is called first. A browser calls them some time after a click.
LISTEN = """
window.followed = new Promise((done) => addEventListener("hashchange", done, { once: true }));
"""

FOLLOWED = """
window.followed.then(() => arguments[0]());
"""

NODES = """
const walker = document.createTreeWalker(document, NodeFilter.SHOW_ALL);
let count = 0;
while (walker.nextNode()) count++;
return count;
"""


def differing():
    """Records of tests of which one fails, one differs, and the others are as they were."""
    old = [
        record({"text": '{"n": 1}'}, {"text": "bye"}, test="chat.tests.T.test_b"),
        record({"text": "hi"}, test="chat.tests.T.test_same"),
        record({"text": "hi"}, test="chat.tests.T.test_gone"),
    ]
    long = [{"text": f"frame {number}"} for number in range(100)]
    new = [
        record({"text": HOSTILE}, {"close": 4000}, test="chat.tests.T.test_a"),
        record({"text": '{"n": 2}'}, test="chat.tests.T.test_b"),
        old[1],
        record(*long, test="tests/test_x.py::test_long[a.b/c]"),
    ]
    return old, new


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The address of a report with a failure, a difference and a long record."""
    folder = tmp_path_factory.mktemp("report")
    old, new = differing()
    write(folder / "before.json", dumps(old))
    verdicts = {
        "chat.tests.T.test_a": Verdict(f"AssertionError: {HOSTILE}", True),
        "chat.tests.T.test_b": Verdict("client (number 1), at $.n", False),
    }
    found = run(
        *new,
        verdicts=verdicts,
        old=OldRecords([folder / "before.json"]),
        uncovered=["chat/consumers.py:12: route chat.mute -> Mute"],
    )
    (folder / "report.html").write_text(page(found, "A report", "of a suite", "before.json"))
    return (folder / "report.html").as_uri()


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A report of 10,000 tests in which clients get 100,000 frames, and send as many."""
    path = tmp_path_factory.mktemp("large") / "report.html"
    path.write_text(page(run(*suite(10_000, 20)), "A report", "of a large suite"))
    return path


@pytest.fixture
def show(browser):
    """Open an address, wait for the script, and return how long that took in milliseconds."""

    def open_page(address, width=1280, theme="light"):
        command(
            browser,
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 500,
        )
        scheme = {"name": "prefers-color-scheme", "value": theme}
        command(browser, "Emulation.setEmulatedMedia", features=[scheme])
        browser.get("about:blank")
        browser.get(address)
        return browser.execute_async_script(READY)

    yield open_page
    command(browser, "Emulation.clearDeviceMetricsOverride")
    command(browser, "Emulation.setEmulatedMedia", features=[])


def command(browser, name, **parameters):
    browser.execute("executeCdpCommand", {"cmd": name, "params": parameters})


@contextmanager
def following(browser):
    """Wait until the page shows what the link leads to that the block follows."""
    browser.execute_script(LISTEN)
    yield
    browser.execute_async_script(FOLLOWED)


def listed(browser):
    """The names of the tests in the list."""
    leaves = browser.find_elements(By.CSS_SELECTOR, "#list .leaf")
    return [each.get_attribute("textContent").replace("\u200b", "") for each in leaves]


def heading(browser):
    return browser.find_element(By.CSS_SELECTOR, "main h2").text


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "view", ["", "#chat.tests.T.test_b/compare/2", "#chat.tests.T.test_gone", "#/uncovered"]
)
def test_everybody_can_use_it(browser, show, report, view, width, theme):
    show(report + view, width, theme)
    for toggle in browser.find_elements(By.ID, "toggle"):
        if toggle.is_displayed():
            toggle.click()
    for other in browser.find_elements(By.CSS_SELECTOR, "details.other summary"):
        other.click()
    found = Axe().run(browser)["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_page(browser, show, report, width):
    show(report, width)
    size = "return [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    whole, seen = browser.execute_script(size)
    assert whole == seen


def test_failures_come_first(browser, show, report):
    show(report)
    names = ["test_a", "test_b", "test_gone", "test_long[a.b/c]", "test_same"]
    assert listed(browser) == names
    assert heading(browser).endswith("test_a")


def test_what_consumers_send_is_text(browser, show, report):
    show(report)
    assert browser.title == "1 failed, 1 differs, 1 not run, 1 new, 1 same \u2013 A report"
    assert browser.find_elements(By.CSS_SELECTOR, "img, iframe, object, main script") == []
    assert "<img src=x" in browser.find_element(By.CSS_SELECTOR, "main code").text


def test_it_loads_nothing(browser, show, report):
    show(report)
    assert browser.execute_script("return performance.getEntriesByType('resource')") == []


def test_the_first_test_is_readable_without_javascript(browser, report):
    command(browser, "Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.get(f"{report}#chat.tests.T.test_a/2")
        shown = browser.find_element(By.TAG_NAME, "main").text
        assert "test_a" in shown and "AssertionError" in shown and "close 4000" in shown
        line = browser.find_element(By.CSS_SELECTOR, "li:target")
        assert line.is_displayed() and "</script>" in line.text
        assert "need it" in browser.find_element(By.TAG_NAME, "noscript").text
    finally:
        command(browser, "Emulation.setScriptExecutionDisabled", value=False)


def test_a_comparison_is_side_by_side_and_stacked_on_a_phone(browser, show, report):
    def places(width):
        show(f"{report}#chat.tests.T.test_b", width)
        changed = [
            browser.find_element(By.CSS_SELECTOR, f".pair .{side}").rect for side in ("old", "new")
        ]
        return changed

    old, new = places(1280)
    assert old["y"] == new["y"] and old["x"] + old["width"] <= new["x"]
    old, new = places(390)
    assert old["x"] == new["x"] and old["y"] + old["height"] <= new["y"]


def test_a_link_leads_to_a_line(browser, show, report):
    show(f"{report}#tests%2Ftest_x.py%3A%3Atest_long%5Ba.b%2Fc%5D/77")
    line = browser.find_element(By.CSS_SELECTOR, ".here")
    assert "frame 75" in line.text and line.is_displayed()
    assert len(browser.find_elements(By.CSS_SELECTOR, ".row")) == 40
    address = line.find_element(By.TAG_NAME, "a").get_attribute("href")
    assert address == browser.current_url


def test_pages_of_a_long_record(browser, show, report):
    show(f"{report}#tests%2Ftest_x.py%3A%3Atest_long%5Ba.b%2Fc%5D")
    for expected in (40, 80, 80):
        browser.find_element(By.CSS_SELECTOR, "main .pager [data-go=Next]").click()
        first = browser.find_element(By.CSS_SELECTOR, ".row .no").text
        assert first == str(expected + 1)


def test_search_and_filters(browser, show, report):
    show(report)
    search = browser.find_element(By.ID, "search")
    search.send_keys("bye hi")
    assert listed(browser) == []
    search.clear()
    search.send_keys("FRAME 99")
    assert listed(browser) == ["test_long[a.b/c]"]
    search.clear()
    search.send_keys(" ")
    for name, option in (("status", "differs"), ("consumer", "Room"), ("route", "/chat/")):
        browser.find_element(By.CSS_SELECTOR, f"#{name} option[value='{option}']").click()
    assert listed(browser) == ["test_b"]
    assert browser.find_element(By.ID, "count").text == "1 of 5 tests"


def test_what_no_test_reached(browser, show, report):
    show(report)
    with following(browser):
        browser.find_element(By.CSS_SELECTOR, "#uncovered a").click()
    assert "chat/consumers.py:12: route chat.mute" in browser.find_element(By.TAG_NAME, "main").text


def test_the_keyboard_alone(browser, show, report):
    show(report)

    def press(*keys):
        for key in keys:
            browser.switch_to.active_element.send_keys(key)
        return browser.switch_to.active_element

    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert browser.switch_to.active_element.text == "Skip to the test"
    with following(browser):
        press(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "detail"
    browser.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
    browser.find_element(By.ID, "search").send_keys("test_same")
    # The three choices, then the list.
    link = press(Keys.TAB, Keys.TAB, Keys.TAB, Keys.TAB)
    assert link.tag_name == "a"
    outline = link.value_of_css_property("outline-style")
    assert outline == "solid"
    with following(browser):
        press(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "detail"
    assert heading(browser).endswith("test_same")
    assert press(Keys.TAB).get_attribute("aria-label") == "Link to line 1"


def test_the_next_test_shows_in_the_list(browser, show, large):
    show(f"{large.as_uri()}#app0.tests.test_0.Case0.test_0")
    browser.execute_script(
        "document.getElementById('pages').querySelector('[data-go=Next]').click()"
    )
    assert browser.find_elements(By.CSS_SELECTOR, "#list [aria-current]") == []
    with following(browser):
        browser.find_element(By.CSS_SELECTOR, ".steps a:last-child").click()
    current = browser.find_element(By.CSS_SELECTOR, "#list [aria-current] .leaf")
    assert heading(browser).endswith(current.get_attribute("textContent").replace("\u200b", ""))


def test_a_large_suite(browser, show, large):
    assert large.stat().st_size < 3_000_000
    # Other tests may run at the same time.
    assert min(show(large.as_uri()) for _ in range(3)) < USABLE
    assert browser.execute_script(NODES) < 3000
    assert min(browser.execute_script(SEARCH) for _ in range(3)) < USABLE
    assert listed(browser) == ["test_9999"]
    with following(browser):
        browser.find_element(By.CSS_SELECTOR, "#list a").click()
    assert heading(browser).endswith("test_9999")
    assert browser.execute_script(NODES) < 3000
