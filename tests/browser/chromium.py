"""A real browser for the tests that need one."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ChromeOptions, Remote
from selenium.webdriver.remote.client_config import ClientConfig
from urllib3.exceptions import HTTPError

# Seconds that a page has to load in, and killed processes to be gone in; the last resort.
_BOUND = 40

# What Selenium raises when the browser, or its driver, has ended.
_GONE = (WebDriverException, HTTPError)

_FLAGS = (
    "--headless=new",
    # The tests may run as root, and load no page but their own.
    "--no-sandbox",
    "--disable-gpu",
    # It ends when its driver does, even when that is killed.
    "--remote-debugging-pipe",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
)


class Chromium:
    """Debian's ``chromium``, and the ``chromium-driver`` that Selenium talks to.

    Attributes:
        address: The driver's URL (str), once it was started.
    """

    address: str

    def __init__(self) -> None:
        self._directory = ""
        self._driver: subprocess.Popen[str] | None = None
        self._session: Remote | None = None

    def start(self) -> None:
        """Start the driver, and return when it listens."""
        driver = _program("chromedriver", "chromium-driver")
        # Not below pytest's own, which may be too long for the name of a socket in it.
        self._directory = tempfile.mkdtemp(prefix="chromium-")
        self._driver = subprocess.Popen(
            # It goes when the test process goes, even when that is killed.
            ["setpriv", "--pdeathsig", "KILL", driver, "--port=0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # What it starts is known by the session.
            start_new_session=True,
            # As Python does, it ignores SIGPIPE: a browser that has gone is not to end it too.
            restore_signals=False,
            # Profiles are made there, and nothing is written to anybody's home.
            env={**os.environ, "TMPDIR": self._directory, "XDG_CONFIG_HOME": self._directory},
        )
        assert self._driver.stdout is not None
        said = []
        for line in self._driver.stdout:
            said.append(line)
            _, found, port = line.rpartition("started successfully on port ")
            if found:
                self.address = f"http://127.0.0.1:{int(port.strip().rstrip('.'))}"
                return
        self.stop()
        pytest.fail(f"chromedriver did not start:\n{''.join(said)}", pytrace=False)

    def options(self) -> ChromeOptions:
        """How to start a browser through the driver, with an empty profile."""
        options = ChromeOptions()
        options.binary_location = _program("chromium", "chromium")
        for flag in _FLAGS:
            options.add_argument(flag)
        return options

    @property
    def session(self) -> Remote:
        """The browser; started for whoever asks first, and for the next when it was killed."""
        if self._session is None:
            # Selenium's own bounds are longer than a whole test may take.
            config = ClientConfig(self.address, timeout=2 * _BOUND)
            self._session = Remote(self.address, options=self.options(), client_config=config)
            self._session.set_page_load_timeout(_BOUND)
        return self._session

    @property
    def pid(self) -> int:
        """The browser's main process."""
        pid: int = self.session.capabilities["goog:processID"]
        return pid

    def kill(self) -> None:
        """End the browser as if it had crashed."""
        os.kill(self.pid, signal.SIGKILL)

    def clear(self) -> None:
        """Leave one empty tab and no cookies.

        Raises:
            pytest.fail.Exception: The browser has ended; the next test gets another.
        """
        if self._session is None:
            return
        try:
            first, *others = self._session.window_handles
            for each in others:
                self._session.switch_to.window(each)
                self._session.close()
            self._session.switch_to.window(first)
            self._session.get("about:blank")
            self._session.execute(
                "executeCdpCommand", {"cmd": "Storage.clearCookies", "params": {}}
            )
        except _GONE as error:
            pid, self._session = self.pid, None
            status = self._driver and self._driver.poll()
            self.stop()
            self.start()
            pytest.fail(
                f"Chromium (pid {pid}) ended during the test: {error} (chromedriver's status: "
                f"{status}). The next test gets another",
                pytrace=False,
            )

    def processes(self) -> set[int]:
        """All processes that run for it."""
        if self._driver is None:
            return set()
        directory = os.fsencode(f"={self._directory}/")
        return {
            pid
            for pid in _pids()
            # Those that look after its crashes leave the session.
            if _session_of(pid) == self._driver.pid or directory in _command_line(pid)
        }

    def stop(self) -> None:
        """Stop it, and return when all of its processes have ended; harmless when none runs."""
        if self._driver is None:
            return
        if self._session is not None:
            with suppress(*_GONE):
                self._session.quit()
            self._session = None
        pids = self.processes()
        with suppress(ProcessLookupError):
            os.killpg(self._driver.pid, signal.SIGKILL)
        self._driver.communicate()
        self._driver = None
        left = wait_for_end(pids)
        shutil.rmtree(self._directory)
        assert not left, f"these processes of Chromium's do not end: {left}"


def wait_for_end(pids: set[int]) -> set[int]:
    """Wait until processes have ended, which need not be children.

    Returns:
        Those that have not.
    """
    handles = {}
    for pid in pids:
        with suppress(ProcessLookupError):
            handles[os.pidfd_open(pid)] = pid
    try:
        for handle in [*handles]:
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            if poll.poll(_BOUND * 1000):
                os.close(handle)
                del handles[handle]
        return set(handles.values())
    finally:
        for handle in handles:
            os.close(handle)


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())


def _session_of(pid: int) -> int | None:
    with suppress(ProcessLookupError, PermissionError):
        return os.getsid(pid)
    return None


def _command_line(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"This test needs a browser: apt-get install -y {package}", pytrace=False)
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One Chromium for the whole run; under pytest-xdist one for each worker."""
    browser = Chromium()
    browser.start()
    yield browser
    browser.stop()


@pytest.fixture
def browser(chromium: Chromium) -> Iterator[Any]:
    """Selenium's driver of a browser with one empty tab and no cookies."""
    yield chromium.session
    chromium.clear()
