"""What the calls of a client of Channels 1 become: calls of a communicator."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ...sources.literals import literal, spelled_dict
from ..outcome import Left
from .clients import CHOICES, Clients
from .family import Method
from .frame_texts import kind_of
from .values import Values, arguments_of_call

_SEND = ("channel", "content", "text", "path", "fail_on_none", "check_accept")
# What may stand beside a plus as it is.
_SUMMANDS = (
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.Call,
    ast.JoinedStr,
    ast.Subscript,
    ast.BinOp,
)
# What sets something before a client connects, and the argument of a communicator for it.
_SETTINGS = {"set_cookie": "cookies", "set_header": "headers"}

Render = Callable[[ast.expr], str]


class ClientCalls:
    """Converts the calls of the clients in one method.

    Args:
        method: The method.
        clients: The clients of its family.
        values: What its names stand for.
        render: Returns the text of an expression as it is converted.
    """

    def __init__(self, method: Method, clients: Clients, values: Values, render: Render) -> None:
        self._method, self._clients, self._values = method, clients, values
        self._render = render

    def client_of(self, node: ast.AST) -> ast.expr | None:
        """Return the client whose method an expression calls, or ``None``."""
        return client_of(self._method, self._clients, node)

    def spelled(self, call: ast.Call) -> str:
        """Return the text of the client whose method a call calls, as it is converted."""
        assert isinstance(call.func, ast.Attribute)
        text = self._render(call.func.value)
        return f"({text})" if isinstance(call.func.value, CHOICES) else text

    def text(self, call: ast.Call) -> str:
        """Return what a call becomes.

        Args:
            call: A call of a method of a client.

        Raises:
            Left: It is not known.
        """
        assert isinstance(call.func, ast.Attribute)
        convert = {
            "send_and_consume": self._send,
            "receive": self._receive,
            "force_login": self._force_login,
            "login": self._login,
        }.get(call.func.attr)
        if convert is None:
            raise self._left(call, f"what {call.func.attr}() becomes is not known")
        return convert(call, self.spelled(call))

    def checks_accept(self, call: ast.Call) -> bool:
        """Whether a ``websocket.connect`` takes the answer and checks it."""
        checks = arguments_of_send(self._method, call).get("check_accept")
        if checks is None:
            return True
        if not isinstance(checks, ast.Constant):
            raise self._left(call, "whether it checks the acceptance is not known")
        return bool(checks.value)

    def connect(self, call: ast.Call, options: str = "") -> str:
        """Return the ``await client.connect(…)`` that a ``websocket.connect`` becomes.

        Args:
            call: The ``websocket.connect``.
            options: More arguments.
        """
        assert isinstance(call.func, ast.Attribute)
        found = arguments_of_send(self._method, call)
        path = self._render(found["path"]) if "path" in found else '"/"'
        for key, value in self._pairs(call, found.get("content")).items():
            if key == "text" or (key == "query_string" and literal(value) == ""):
                continue
            if key != "query_string":
                raise self._left(call, f"a communicator has its {key} from somewhere else")
            path = self._with_query(found.get("path"), path, value)
        return f"await {self.spelled(call)}.connect(ws_path={path}{options})"

    def _with_query(self, path: ast.expr | None, text: str, query: ast.expr) -> str:
        """A path with a query string, which a client of Channels 1 may name apart from it."""
        if literal(path) is not None and literal(query) is not None:
            return f'"{literal(path)}?{literal(query)}"'
        if not isinstance(query, _SUMMANDS) or not isinstance(path, (*_SUMMANDS, type(None))):
            raise self._left(query, "the path with its query string is not spelled out")
        return f'{text} + "?" + {self._render(query)}'

    def settings(self, call: ast.AST, client: ast.expr) -> tuple[str, str] | None:
        """Return the cookie or the header that a call sets for a client, or ``None``.

        Args:
            call: The call.
            client: The client.

        Returns:
            The argument of a communicator, and the pair for it: ``("cookies", '"a": "b"')``.
        """
        own = self.client_of(call)
        if own is None or ast.unparse(own) != ast.unparse(client):
            return None
        assert isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        argument = _SETTINGS.get(call.func.attr)
        if argument is None:
            return None
        found = arguments_of_call(self._method, call, ("key", "value"))
        return argument, f"{self._render(found['key'])}: {self._render(found['value'])}"

    def consumed(self, node: ast.AST) -> ast.expr | None:
        """Return the channel whose next message a ``consume()`` runs, or ``None``.

        Raises:
            Left: It is a channel of a websocket, or how it is run is not known.
        """
        client = self.client_of(node)
        if client is None or getattr(getattr(node, "func", None), "attr", "") != "consume":
            return None
        assert isinstance(node, ast.Call)
        found = arguments_of_call(self._method, node, ("channel", "fail_on_none", "check_accept"))
        channel = found.get("channel")
        name = literal(channel)
        if set(found) != {"channel"} or channel is None:
            raise self._left(node, "it may have no consumer")
        if (name is None and not isinstance(channel, ast.Name)) or is_of_server(name):
            raise self._left(node, "what was sent to the channel is not known")
        return channel

    def sent(self, node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
        """Return the channel and the message that a client sends and has consumed, or ``None``.

        Only for a channel of the project's own.
        """
        channel = channel_of(self._method, self._clients, node)
        if not channel or is_of_server(channel):
            return None
        assert isinstance(node, ast.Call)
        found = arguments_of_send(self._method, node)
        if set(found) != {"channel", "content"}:
            return None
        return found["channel"], found["content"]

    def is_receive(self, node: ast.AST) -> bool:
        """Whether an expression takes a client's next frame."""
        client = self.client_of(node)
        return client is not None and getattr(getattr(node, "func", None), "attr", "") == "receive"

    def is_json(self, call: ast.Call) -> bool:
        """Whether a ``receive()`` decodes the frame."""
        decodes = arguments_of_call(self._method, call, ("json",)).get("json")
        if decodes is not None and not isinstance(decodes, ast.Constant):
            raise self._left(call, "whether it decodes the frame is not known")
        return decodes is None or bool(decodes.value)

    def _send(self, call: ast.Call, client: str) -> str:
        found = arguments_of_send(self._method, call)
        channel = literal(found.get("channel"))
        if channel == "websocket.receive":
            return f"await {client}.{self._frame(call, found)}"
        if channel == "websocket.disconnect":
            return f"await {client}.disconnect({self._code(call, found.get('content'))})"
        if channel == "websocket.connect":
            raise self._left(call, "what its consumer returns is used")
        raise self._left(call, f"{channel or 'its channel'} is none of a websocket")

    def _frame(self, call: ast.Call, found: dict[str, ast.expr]) -> str:
        if "text" in found:
            return self._text(call, found["text"])
        pairs = self._pairs(call, found.get("content"))
        if set(pairs) == {"text"}:
            return self._text(call, pairs["text"])
        if set(pairs) == {"bytes"}:
            return f"send_to(bytes_data={self._render(pairs['bytes'])})"
        raise self._left(call, "the frame is not a text or bytes that are spelled out")

    def _text(self, call: ast.Call, text: ast.expr) -> str:
        kinds = {kind_of(each) for each in self._values.of(self._method, text)}
        if kinds == {"text"}:
            return f"send_to(text_data={self._render(text)})"
        if kinds == {"json"}:
            return f"send_json_to({self._render(text)})"
        raise self._left(call, "whether the frame is a text or an object is not known")

    def _code(self, call: ast.Call, content: ast.expr | None) -> str:
        pairs = self._pairs(call, content)
        if not set(pairs) <= {"code"}:
            raise self._left(call, "it says more than a code")
        return self._render(pairs["code"]) if pairs else ""

    def _receive(self, call: ast.Call, client: str) -> str:
        return f"await {client}.{'receive_json_from' if self.is_json(call) else 'receive_from'}()"

    def _force_login(self, call: ast.Call, client: str) -> str:
        found = arguments_of_call(self._method, call, ("user", "backend"))
        backend = f", backend={self._render(found['backend'])}" if "backend" in found else ""
        return f"await {client}.force_login({self._render(found['user'])}{backend})"

    def _login(self, call: ast.Call, client: str) -> str:
        if not isinstance(next(self._method.module.around(call)), ast.Expr):
            raise self._left(call, "what login() returns is used")
        return self.log_in(call)

    def checked_login(self, node: ast.expr) -> ast.Call | None:
        """Return the ``login()`` of a client of which a test asserts that it succeeds."""
        if not isinstance(node, ast.Call) or getattr(node.func, "attr", "") != "assertTrue":
            return None
        inner = node.args[0] if node.args else None
        if not isinstance(inner, ast.Call) or getattr(inner.func, "attr", "") != "login":
            return None
        return inner if self.client_of(inner) is not None else None

    def log_in(self, call: ast.Call) -> str:
        """Return what a ``login()`` becomes; wrong credentials are an error.

        Raises:
            Left: Its credentials are not spelled out.
        """
        assert isinstance(call.func, ast.Attribute)
        if call.args or not call.keywords or not all(each.arg for each in call.keywords):
            raise self._left(call, "its credentials are not spelled out")
        names = ", ".join(f"{each.arg}={self._render(each.value)}" for each in call.keywords)
        client = self.spelled(call)
        return f"await {client}.force_login(await sync_to_async(authenticate)({names}))"

    def _pairs(self, call: ast.Call, content: ast.expr | None) -> dict[str, ast.expr]:
        pairs = {} if content is None else pairs_of(content)
        if pairs is None:
            raise self._left(call, "its content is not spelled out")
        return pairs

    def _left(self, node: ast.expr, reason: str) -> Left:
        return Left(self._method.module, node, reason)


def client_of(method: Method, clients: Clients, node: ast.AST) -> ast.expr | None:
    """Return the client whose method an expression calls, or ``None``.

    Args:
        method: The method of the expression.
        clients: The clients of its family.
        node: The expression.
    """
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if clients.has(method, node.func.value) else None
    return None


def channel_of(method: Method, clients: Clients, node: ast.AST | None) -> str:
    """Return the channel that a client's call sends to and consumes from, or ``""``.

    Args:
        method: The method of the expression.
        clients: The clients of its family.
        node: The expression.
    """
    if not isinstance(node, ast.Call) or client_of(method, clients, node) is None:
        return ""
    if getattr(node.func, "attr", "") != "send_and_consume":
        return ""
    return literal(arguments_of_send(method, node).get("channel")) or ""


def arguments_of_send(method: Method, call: ast.Call) -> dict[str, ast.expr]:
    """Return the arguments of a ``send_and_consume()``, by name.

    Raises:
        Left: They are not spelled out.
    """
    found = arguments_of_call(method, call, _SEND)
    content = found.get("content")
    if (literal(content) or "").startswith("/"):
        found["path"] = found.pop("content")
    elif is_of_server(literal(found.get("channel"))):
        # The path of a content counts, in front of the argument.
        pairs = pairs_of(content)
        path = pairs.pop("path", None) if pairs is not None else None
        if path is not None and pairs is not None:
            found["path"] = path
            found["content"] = ast.Dict([ast.Constant(each) for each in pairs], [*pairs.values()])
    return found


def pairs_of(content: ast.expr | None) -> dict[str, ast.expr] | None:
    """Return the keys of a content and their values, or ``None`` if they are not spelled out."""
    spelled = spelled_dict(content)
    if spelled is None:
        return None
    pairs = {literal(key): value for key, value in zip(spelled.keys, spelled.values, strict=True)}
    return None if None in pairs else {key: each for key, each in pairs.items() if key is not None}


def is_of_server(channel: str | None) -> bool:
    """Whether a server sends to a channel, for its clients."""
    return channel is not None and channel.startswith(("websocket.", "http."))
