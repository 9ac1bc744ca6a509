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
_CONVERTED = ("channels.Group", "channels.Channel", *_ORIGINS)
# What today's Channels has.
_OF_TODAY = (
    *("channels.layers", "channels.db", "channels.consumer", "channels.testing"),
    *("channels.generic.websocket.", "channels.generic.http.", "channels.middleware"),
    *("channels.auth.AuthMiddleware", "channels.auth.login", "channels.auth.logout"),
    *("channels.auth.get_user", "channels.sessions.SessionMiddleware", "channels.exceptions"),
    *("channels.sessions.CookieMiddleware", "channels.security.websocket.", "channels.worker"),
    *("channels.routing.ProtocolTypeRouter", "channels.routing.URLRouter"),
    *("channels.routing.ChannelNameRouter", "channels.routing.get_default_application"),
)
# Methods that only clients of Channels 1, and their test cases, have.
METHODS = {"send_and_consume", "get_next_message", "join_group"}
# Methods of clients that are converted.
CONVERTED = {
    *("send_and_consume", "receive", "force_login", "login", "consume"),
    *("set_cookie", "set_header", "reply_channel"),
}
# What a client has, so that tests cannot use the name for attributes of their own.
OF_CLIENTS = {
    *("alias", "channel_layer", "connection", "headers", "order", "reply_channel", "session"),
    *("get_cookies", "get_consumer_by_channel", "get_next_message", "join_group", "send"),
    *("set_cookie", "set_header"),
}


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


def is_of_channels1(module: Module, node: ast.AST) -> bool:
    """Whether an expression is a name that Channels 1 has, and today's has not.

    ``Group``, ``Channel`` and the names of the dialect are none: they are converted.

    Args:
        module: The module of the expression.
        node: A name or an attribute.
    """
    meaning = module.meaning(node) or ""
    if meaning in _CONVERTED or dialect_name(module, node):
        return False
    of_package = meaning.startswith(("channels.", "asgiref.inmemory.", "asgi_redis."))
    return of_package and not meaning.startswith(_OF_TODAY)


def uses_dialect(module: Module, node: ast.AST) -> bool:
    """Whether code uses a name of the dialect, or a method of its clients."""
    return any(
        (isinstance(each, ast.Attribute) and each.attr in METHODS)
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
