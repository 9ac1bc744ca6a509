"""The names of the dialect of Channels 1 that tests import, and what they become."""

from __future__ import annotations

import ast

from ...sources.module import Module

# What a base of a test class becomes. Django's own are replaced where a class uses clients.
CASES = {
    "ChannelTestCase": "WebsocketTestCase",
    "TransactionChannelTestCase": "TransactionWebsocketTestCase",
    "ChannelTestCaseMixin": "WebsocketTestCaseMixin",
}
_OF_DJANGO = {
    "django.test.TestCase": "WebsocketTestCase",
    "django.test.TransactionTestCase": "TransactionWebsocketTestCase",
    "django.test.testcases.TestCase": "WebsocketTestCase",
    "django.test.testcases.TransactionTestCase": "TransactionWebsocketTestCase",
}
CLIENTS = {"Client", "HttpClient", "WSClient"}
LIVE_CASE = "ChannelLiveServerTestCase"
ROUTES = "apply_routes"

_NAMES = {*CASES, *CLIENTS, LIVE_CASE, ROUTES}
_ORIGINS = {
    *("channeltest", "channels.test", "channels.tests"),
    *("channels.test.base", "channels.test.http", "channels.test.websocket"),
    *("channels.test.liveserver", "channels.tests.base", "channels.tests.http"),
}
# Methods that only clients of Channels 1, and their test cases, have.
_METHODS = {"send_and_consume", "get_next_message", "join_group"}


def dialect_name(module: Module, node: ast.AST) -> str:
    """Return the name of the dialect that an expression stands for, or ``""``.

    Args:
        module: The module of the expression.
        node: A name or an attribute.
    """
    origin, _, last = (module.meaning(node) or "").rpartition(".")
    return last if last in _NAMES and origin in _ORIGINS else ""


def new_base(module: Module, node: ast.expr) -> str:
    """Return what a base of a test class becomes, or ``""`` if it stays.

    Args:
        module: The module of the class.
        node: The base.
    """
    name = dialect_name(module, node)
    return CASES.get(name) or _OF_DJANGO.get(module.meaning(node) or "", "")


def is_client_class(module: Module, node: ast.AST) -> bool:
    """Whether an expression is a class of clients."""
    return dialect_name(module, node) in CLIENTS


def uses_dialect(module: Module, node: ast.AST) -> bool:
    """Whether code uses a name of the dialect, or a method of its clients."""
    return any(
        (isinstance(each, ast.Attribute) and each.attr in _METHODS)
        or (isinstance(each, ast.Name | ast.Attribute) and bool(dialect_name(module, each)))
        for each in ast.walk(node)
    )


# The public names of a communicator, which tests cannot use for attributes of their own.
COMMUNICATOR = {
    *("application", "scope", "timeout", "input_queue", "output_queue", "future", "consumer"),
    *("response_headers", "denial", "close_code", "close_reason", "connect", "disconnect", "leave"),
    *("send_input", "send_to", "send_json_to", "send_message", "receive_output", "receive_nothing"),
    *("receive_from", "receive_json_from", "receive_all", "receive_all_json", "wait", "stop"),
    *("receive_until_action", "receive_all_messages", "receive_topic_message", "subscribe"),
    *("unsubscribe", "wait_for_auth", "assert_authenticated_status_ok", "assert_closed"),
    "force_login",
}
