"""The pytest plugin: captive layers, clients and communicators for tests that ask for them.

A project that asks for nothing is left alone, and may as well not use Django.
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from .activation import advice
from .record import entries
from .record.failures import show

# Everything that needs Django is imported by the fixtures, when a test asks for one.
if TYPE_CHECKING:
    from channels.layers import BaseChannelLayer

    from .channels1.wsclient import WSClient
    from .communicators import WebsocketCommunicator
    from .live.threads import LiveServer

_INI = "channeltest_captive_layers"
_INSTALL = "channeltest_install"

_MARKER = (
    "channels(routes=..., aliases=[...], wire='lenient' or 'strict'): run the test with captive "
    "channel layers. routes: what apply_routes() takes; aliases: the layers to replace, by default "
    "all; wire: 'strict' makes messages errors that no real layer could carry exactly. "
    "(channeltest)"
)
_IGNORE_MARKER = (
    "channeltest_ignore(kind, ...): what may differ from the file of --channeltest-compare in this "
    "test: 'frames', 'channels', 'groups', 'members', 'exceptions'. (channeltest)"
)
_OPTIONS = ("routes", "aliases", "wire")

# The options that ask for the records of a suite.
_OF_SUITE = ("record", "compare", "uncovered", "report")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini options, and those of the command line."""
    group = parser.getgroup("channeltest")
    group.addoption(
        "--channeltest-record",
        metavar="FILE",
        help="record what consumers do in each test that passes; other tests stay as the file has "
        "them",
    )
    group.addoption(
        "--channeltest-compare",
        metavar="FILE",
        action="append",
        default=[],
        help="fail each test in which consumers do not do what the file has; a second file of the "
        "same code shows what differs by itself",
    )
    group.addoption(
        "--channeltest-uncovered",
        metavar="PERCENT",
        nargs="?",
        const="0",
        help="show the routes, handlers and groups of the project's routing that no test reaches, "
        "and fail if less than this is reached",
    )
    group.addoption(
        "--channeltest-report",
        metavar="FILE",
        help="write a page that shows what consumers did in each test, failures first",
    )
    group.addoption(
        "--channeltest-ignore",
        metavar="KIND",
        action="append",
        default=[],
        help="what may differ: frames, channels, groups, members or exceptions; may be repeated",
    )
    parser.addini(
        _INI,
        "run every test with captive channel layers, not only those that ask for them "
        "(channeltest)",
        type="bool",
        default=False,
    )
    parser.addini(
        _INSTALL,
        "activate the names of Channels 1 before settings, conftest files and tests are imported "
        "(channeltest)",
        type="bool",
        default=False,
    )


@pytest.hookimpl(hookwrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Activate the names of Channels 1 if the ini option asks for it.

    Ahead of conftest files, which may import those names, and of pytest-django, which imports the
    settings and with them the package that they are in.
    """
    if early_config.getini(_INSTALL):
        from .activation import install  # it imports Channels

        install()
    outcome: Any = yield
    if outcome.excinfo is not None:
        # For a conftest file, pytest raises an exception around it; for settings, pytest-django
        # raises another one, with more text.
        error = getattr(outcome.excinfo[1], "cause", outcome.excinfo[1])
        if text := advice(error) or advice(error.__context__):
            error.__notes__ = [*getattr(error, "__notes__", ()), text]


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    """Say what to do when a test module cannot import a name of Channels 1."""
    outcome: Any = yield
    report: Any = outcome.get_result()
    if report.failed and (text := advice(report.call.excinfo.value.__cause__)):
        report.sections.append(("channeltest", text))


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, and what records or compares the suite if the run asks for it."""
    config.addinivalue_line("markers", _MARKER)
    config.addinivalue_line("markers", _IGNORE_MARKER)
    if any(config.getoption(f"channeltest_{name}") for name in _OF_SUITE):
        from .comparison.suites.pytest import SuitePlugin  # it imports Django and Channels
        from .report.page import reporter  # of use to such runs only

        file = config.getoption("channeltest_report")
        path = config.invocation_params.dir / (file or "")
        report = reporter(path, config.getoption("channeltest_compare")) if file else None
        config.pluginmanager.register(SuitePlugin(config, report), "channeltest-suite")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Keep the records of tests apart."""
    entries.begin()
    yield
    entries.end()


def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Show the record below the failure of a test, or of its fixtures."""
    if call.excinfo is None:
        return
    if "channels.layers" in sys.modules:
        # It imports Channels, which the project may not use.
        from .layers.captive import are_captive
        from .layers.unreached import advise_on_layer

        if not are_captive():
            advise_on_layer(call.excinfo.value)
    # Without entries there is nothing to show.
    if entries.since(entries.beginning()).entries:
        show(call.excinfo.value)


@pytest.fixture(autouse=True)
def _channeltest(request: pytest.FixtureRequest) -> None:
    """Begin with captive layers in a test that asks for them, by whatever means.

    Other fixtures of the test may depend on them.
    """
    if not isinstance(request.node, pytest.Function):
        return
    if (
        request.config.getini(_INI)
        or request.node.get_closest_marker("channels")
        or "_captive_layers" in request.fixturenames
    ):
        request.getfixturevalue("_captive_layers")


@pytest.fixture
def _captive_layers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Captive layers in place of all those configured, until the test and its fixtures end."""
    if _uses_database(request):
        # Its transaction begins first and is rolled back last.
        request.getfixturevalue("db")
    from .cases.fixtures import isolated  # it imports Django

    case = request.instance if isinstance(request.instance, unittest.TestCase) else None
    with isolated(**_options(request.node), case=case):
        yield


@pytest.fixture
def channel_layer(_captive_layers: None) -> BaseChannelLayer:
    """The test's own default channel layer, as ``get_channel_layer()`` returns it.

    ``await channel_layer.send(…)``, ``group_send(…)``, ``receive(…)``. What it holds is read with
    `channeltest.layers`. A synchronous test of Channels 1 has ``ws_client.channel_layer``.
    """
    from channels.layers import get_channel_layer  # it imports Django

    layer = get_channel_layer()
    assert layer is not None
    return layer


@pytest.fixture
def channel_routes(_captive_layers: None) -> Iterator[Callable[..., None]]:
    """A function that puts other routes in place for the rest of the test.

    ``channel_routes([route("websocket.connect", ws_add)])``. It takes what `apply_routes` takes;
    calling it again replaces the routes. The ``channels`` marker does it from the beginning.
    """
    from .cases.fixtures import RoutesOfTest  # it imports Django

    routes = RoutesOfTest()
    yield routes.apply
    routes.give_back()


@pytest.fixture
def ws_client(_captive_layers: None) -> WSClient:
    """A `WSClient` of Channels 1, on layers of the test's own.

    ``ws_client.send_and_consume("websocket.connect", path="/chat/")``. A test that needs more of
    them makes them: ``WSClient()``. In a project without ``ROUTING`` the client talks to the
    application of ``ASGI_APPLICATION``.
    """
    from .channels1.wsclient import WSClient  # it imports Django

    return WSClient()


@pytest.fixture
def websocket(
    request: pytest.FixtureRequest, _captive_layers: None
) -> Iterator[Callable[..., WebsocketCommunicator]]:
    """A function that makes a `WebsocketCommunicator`, for asynchronous tests.

    ``communicator = websocket("/ws/chat/")``, or ``websocket("/ws/chat/", application=…)`` for
    another application than that of ``ASGI_APPLICATION``; other arguments are the communicator's.
    What is still connected when the test is over is disconnected, on the test's own event loop.
    """
    from .cases.fixtures import Websockets  # it imports Django

    websockets, test = Websockets(), request.node.obj
    # The fixture ends when the loop of the test may have gone.
    request.node.obj = websockets.closing_after(test)
    yield websockets.make
    request.node.obj = test


@pytest.fixture
def channel_live_server(transactional_db: None) -> Iterator[LiveServer]:
    """Serve the project in threads of the test's process, for the test.

    ``channel_live_server.url`` and ``.ws_url`` say where. Where the default channel layer has
    ``ROUTING``, that is served, with four workers on a layer in memory; else what
    ``ASGI_APPLICATION`` names. Static files are served.
    """
    from .live.threads import served  # it imports Django

    with served() as server:
        yield server


def _options(item: pytest.Item) -> dict[str, Any]:
    """The options of the test's markers; the nearest one counts."""
    options: dict[str, Any] = {"routes": None, "aliases": None, "wire": "lenient"}
    for marker in reversed(list(item.iter_markers("channels"))):
        unknown = [name for name in marker.kwargs if name not in _OPTIONS]
        if marker.args or unknown:
            passed = ", ".join([*map(repr, marker.args), *unknown])
            raise pytest.UsageError(
                f"the channels marker of {item.nodeid} takes {', '.join(_OPTIONS)} by keyword, "
                f"not {passed}"
            )
        options.update(marker.kwargs)
    return options


def _uses_database(request: pytest.FixtureRequest) -> bool:
    """Whether the test uses a database of pytest-django."""
    if isinstance(request.instance, unittest.TestCase):
        return False
    if not request.config.pluginmanager.hasplugin("django"):
        return False
    asks = {"db", "transactional_db", "django_db_reset_sequences"} & set(request.fixturenames)
    return bool(asks) or request.node.get_closest_marker("django_db") is not None
