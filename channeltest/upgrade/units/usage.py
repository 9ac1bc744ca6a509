"""Who else uses a consumer: what its name must still stand for when it has become a class."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from ...sources.module import Module
from ...sources.project import Project, Use
from ..outcome import Left
from ..routes import WEBSOCKET_CHANNELS, routing_lists


def needs_alias(project: Project, name: str, own: Collection[int], edited: Collection[str]) -> bool:
    """Return whether something besides the routes goes on using a function's name.

    Args:
        project: The project.
        name: The dotted name of the function.
        own: The ``id()`` of the nodes that the conversion replaces.
        edited: The names of the modules that it changes.

    Raises:
        Left: The function is used as a function.
    """
    kept = False
    for use in project.uses(name):
        if id(use.node) in own:
            continue
        if problem := _problem(use):
            raise Left(use.module, use.node, problem)
        kept = True
    return kept or any(module.name not in edited for module in project.imports_of(name))


def _problem(use: Use) -> str | None:
    parent = use.parent
    if not use.module.is_test:
        return "it is used elsewhere than in a route"
    if isinstance(parent, ast.Call) and parent.func is use.node:
        return "a test calls it"
    if isinstance(parent, ast.Attribute):
        return "a test looks inside it"
    is_route = isinstance(parent, ast.Call) and use.module.meaning(parent.func) == "channels.route"
    if isinstance(use.node, ast.Constant) and not is_route:
        return "a test names it, perhaps to patch it"
    return None


def check_not_patched(project: Project, module: Module, function: ast.AST) -> None:
    """Check that no test patches a name of Channels that a function uses.

    Args:
        project: The project.
        module: The module of the function.
        function: The function.

    Raises:
        Left: A test does.
    """
    used = {
        f"{module.name}.{node.id}"
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and (module.meaning(node) or "").startswith("channels.")
    }
    for test in project.modules.values():
        if not test.is_test or module.name not in test.text:
            continue
        for node in ast.walk(test.tree):
            if isinstance(node, ast.Constant) and node.value in used:
                raise Left(test, node, f"a test patches {node.value}")


def check_session_not_read(project: Project, node: ast.stmt, module: Module) -> None:
    """Check that no test reads the stored session of a connection.

    Args:
        project: The project.
        node: The consumer.
        module: Its module.

    Raises:
        Left: A test may do it.
    """
    reason = "a test may read the stored channel session"
    for other in project.with_channels():
        if "session_for_reply_channel" in other.text:
            raise Left(module, node, reason)
        if other.is_test and re.search(
            r"\.session\.load\(|\.session\.get\(|\.session\[[^]]*\](?!\s*=[^=])", other.text
        ):
            raise Left(module, node, reason)


_REFUSAL = re.compile(r"""["']accept["']\s*:\s*False""")
_SEES_REFUSAL = re.compile(r"get_next_message|Connection rejected")


def check_refusal_not_seen(project: Project, module: Module, function: ast.stmt) -> None:
    """Check that no test sees that ``{"accept": False}`` has become a close.

    What a client receives equals either message.

    Args:
        project: The project.
        module: The module of the consumer.
        function: The consumer.

    Raises:
        Left: A test does.
    """
    if not _REFUSAL.search(module.source(function)):
        return
    routes = [route for routing in routing_lists(project) for route in routing.routes]
    # No client has the channel of a worker.
    own = "|".join(re.escape(route.channel) for route in routes if route.channel)
    of_workers = re.compile(rf"""get_next_message\(\s*["'](?:{own})["']""")
    for test in project.modules.values():
        if not test.is_test or not _REFUSAL.search(test.text):
            continue
        if _SEES_REFUSAL.search(of_workers.sub("", test.text)):
            raise Left(module, function, f'{test.path.name} compares its {{"accept": False}}')


_SEES_RESULT = re.compile(r"(=|return|\()\s*[\w.]*\.(send_and_)?consume\(")


def check_return_not_seen(project: Project, module: Module, consumer: ast.stmt) -> None:
    """Check that no test looks at what a consumer returns.

    Args:
        project: The project.
        module: The module of the consumer.
        consumer: The consumer.

    Raises:
        Left: A test does.
    """
    _check_no_test_has(_SEES_RESULT, project, module, consumer, "may look at what it returns")


_ORDER = re.compile(r"""["']order["']|\border\s*=[^=]""")


def check_order_not_seen(project: Project, module: Module, consumer: ast.stmt) -> None:
    """Check that no test numbers frames, to see that they are put in order.

    Args:
        project: The project.
        module: The module of the consumer.
        consumer: The consumer.

    Raises:
        Left: A test does.
    """
    _check_no_test_has(_ORDER, project, module, consumer, "may number the frames")


def _check_no_test_has(
    pattern: re.Pattern[str], project: Project, module: Module, consumer: ast.stmt, problem: str
) -> None:
    for test in project.with_channels():
        if test.is_test and pattern.search(test.text):
            raise Left(module, consumer, f"{test.path.name} {problem}")


_SHARES = re.compile(r"""@(channel|http|enforce)_|(?<!["'])reply_channel(?!\.(send\(|name)|["'])""")
_TAKES_FRAME = re.compile(r"get_next_message\([^()]*reply_channel[^()]*\)")


def check_channel_not_seen(project: Project, module: Module, consumer: ast.stmt) -> None:
    """Check that no test or worker looks at a reply channel, whose name a modern consumer lacks.

    Args:
        project: The project.
        module: The module of the consumer.
        consumer: The consumer, which uses the name.

    Raises:
        Left: A test does.
    """
    for routing in routing_lists(project):
        for route in routing.routes:
            definition = project.definition(route.name) if route.name else None
            if route.channel in WEBSOCKET_CHANNELS or definition is None:
                continue
            home, worker = definition
            if isinstance(worker, ast.FunctionDef) and _SHARES.search(home.source(worker)):
                raise Left(home, worker, "it shares the reply channel, and perhaps its session")
    for test in project.modules.values():
        if test.is_test and ".reply_channel" in _TAKES_FRAME.sub("", test.text):
            raise Left(module, consumer, f"{test.path.name} looks at a reply channel")
