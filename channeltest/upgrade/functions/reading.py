"""Translates what a function reads of its message."""

from __future__ import annotations

import ast

from ...sources.edits import Edits
from ...sources.literals import literal
from ...sources.module import Module
from ..outcome import Left
from ..sends.group_variables import group_variables
from .facts import FRAME, Facts, Translation
from .joins import nodes_in_order
from .order import Event
from .reply import ELSE, Line
from .request import ALWAYS_THERE, decoding_of, has_bytes, is_decoded, is_read_as_pairs
from .session_values import check_read, check_write, is_session_use

# What writes a log.
_LOGS = {"debug", "info", "warning", "warn", "error", "exception", "critical", "print"}


class MessageReader:
    """Knows the message in one function consumer, and translates what is read of it.

    Args:
        module: The module of the function.
        function: The function.
        facts: What is known about it.
    """

    def __init__(self, module: Module, function: ast.FunctionDef, facts: Facts) -> None:
        self.module, self.function, self.facts = module, function, facts
        self.message = function.args.args[0].arg if function.args.args else ""
        # What holds the arguments of the URL that have no name of their own.
        self.url_arguments = function.args.kwarg.arg if function.args.kwarg else ""
        # What the code of a close is called; the URL may have an argument of this name.
        self.code = "close_code" if "code" in names_of(function) else "code"
        self.result = self.new_translation()
        self.events: dict[int, list[Event]] = {}
        # Where it reads the text of a frame, and fails if there is none.
        self.text_reads: dict[int, ast.expr] = {}
        # The ``id()`` of what asks which frame there is.
        self.questions: set[int] = set()
        # Its statements in the order in which 1.x did what they say.
        self.body: list[ast.stmt] = function.body
        # The helpers that a call uses, and those that they use.
        self.called: dict[int, set[str]] = {}
        # What the methods do that a dict holds, of which one may be called.
        self.choices: dict[int, list[list[Event]]] = {}
        # What has happened where an overridden method ends, each way.
        self.outcomes: dict[int, list[list[Event]]] = {}
        # The calls of replies that may come behind a send to a group, and those that do.
        self.may_follow: set[int] = set()
        self.followers: set[int] = set()
        self.parents: dict[int, ast.AST] = {
            id(child): node for node in ast.walk(function) for child in ast.iter_child_nodes(node)
        }

        # The variables that hold a group, or a channel.
        self.group_names = group_variables(module, function)
        self.channel_names = group_variables(module, function, "channels.Channel")
        # The names that the function assigns.
        self.stored_names = {
            node.id
            for node in ast.walk(function)
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
        }

    def new_translation(self) -> Translation:
        """Return a translation in which nothing is translated yet."""
        arguments = (self.code,) if self.facts.handler == "disconnect" else ()
        return Translation(Edits(self.module), arguments)

    def needed_names(self) -> set[str]:
        """Return the names that the method needs."""
        is_receive = self.facts.handler == "receive"
        frames = FRAME.values() if is_receive else self.result.arguments
        return {"self", "async_to_sync", *frames}

    def note_lines(self, call: ast.Call, lines: list[Line]) -> bool:
        """Note what the lines do that a call becomes; return whether they do one of two things."""
        is_choice = any(text == ELSE for text, _ in lines)
        if is_choice:
            self.outcomes[id(call)] = [happened for _, happened in lines if happened]
        else:
            events = [event for _, happened in lines for event in happened]
            self.events.setdefault(id(call), []).extend(events)
        return is_choice

    def name_code(self, names: set[str]) -> set[str]:
        """Choose a name for the code of a close; return the name, if the method has it.

        Args:
            names: The names that the function uses.
        """
        if self.facts.handler != "disconnect":
            return set()
        self.code = "close_code" if "code" in names else "code"
        self.result.arguments = (self.code,)
        return {self.code}

    def all_followers(self) -> set[int]:
        """Return the replies that come behind what a group gets, whatever stands before them."""
        return set()

    def left(self, node: ast.expr | ast.stmt, reason: str) -> Left:
        """Return why the function is left alone."""
        return Left(self.module, node, reason)

    def events_in_order(self) -> list[Event]:
        """Return what the function does, in the order in which 1.x did it."""
        known = {**self.events}
        for number, choices in self.choices.items():
            known[number] = [event for events in choices for event in events]
        for number, outcomes in self.outcomes.items():
            known[number] = [*dict.fromkeys(event for events in outcomes for event in events)]
        nodes = nodes_in_order(self.body)
        return [event for each in nodes for event in known.get(id(each), ())]

    def is_message(self, node: ast.AST) -> bool:
        """Whether a node is the message."""
        return isinstance(node, ast.Name) and node.id == self.message

    def is_reply_channel(self, node: ast.AST) -> bool:
        """Whether a node is the reply channel."""
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "reply_channel"
            and self.is_message(node.value)
        )

    def is_channel_name(self, node: ast.expr) -> bool:
        """Whether a node is the name of the reply channel."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str":
            return len(node.args) == 1 and self.is_reply_channel(node.args[0])
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "name"
            and self.is_reply_channel(node.value)
        )

    def is_group(self, node: ast.expr) -> bool:
        """Whether a property or a function of the project returns the group."""
        func = node.func if isinstance(node, ast.Call) else node
        name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", None)
        return name in self.facts.groups and name not in self.stored_names

    def is_group_of_variable(self, node: ast.expr) -> bool:
        """Whether a node is a group that a variable holds, or reads the name of one."""
        if isinstance(node, ast.Attribute) and node.attr == "name":
            return isinstance(node.value, ast.Name) and node.value.id in self.group_names
        return any(node is call for calls in self.group_names.values() for call in calls)

    def is_own_layer(self, keywords: list[ast.keyword]) -> bool:
        """Whether a group's keyword arguments name the only layer that there is."""
        for keyword in keywords:
            layer = keyword.value
            is_message_layer = (
                isinstance(layer, ast.Attribute)
                and layer.attr == "channel_layer"
                and self.is_message(layer.value)
            )
            if keyword.arg != "channel_layer" or not is_message_layer:
                return False
        return not keywords or self.facts.has_one_layer

    def is_url(self, node: ast.AST) -> bool:
        """Whether a node holds the arguments of the URL that have no name of their own."""
        return isinstance(node, ast.Name) and node.id == self.url_arguments

    def is_url_read(self, node: ast.expr) -> bool:
        """Whether the arguments of the URL are only looked up in, or passed on as keywords."""
        parent = self.parents[id(node)]
        arguments = self.function.args.args
        own = {each.arg for each in arguments[1 + (arguments[0].arg == "self") :]}
        own -= {"text", "bytes"}
        if isinstance(parent, ast.keyword):
            return parent.arg is None and not own
        if isinstance(parent, ast.Attribute) and parent.attr == "get":
            call = self.parents[id(parent)]
            arguments_of_call = call.args if isinstance(call, ast.Call) else []
            key = literal(arguments_of_call[0]) if arguments_of_call else None
        elif isinstance(parent, ast.Compare) and isinstance(parent.ops[0], ast.In | ast.NotIn):
            key = literal(parent.left) if len(parent.ops) == 1 else None
        else:
            return False
        return key is not None and key not in own

    def is_replaced(self, node: ast.AST) -> bool:
        """Whether a node has another name in a modern consumer."""
        is_group = isinstance(node, ast.expr) and self.is_group_of_variable(node)
        return is_group or self.is_message(node) or self.is_url(node)

    def meaning_of(self, node: ast.expr) -> str | None:
        """What a name of the module stands for; one of the function stands for nothing."""
        if isinstance(node, ast.Name) and node.id in self.stored_names:
            return None
        return self.module.meaning(node)

    def key_of(self, node: ast.expr) -> tuple[str, bool] | None:
        """The key of the message that is read, and whether it may be missing."""
        if isinstance(node, ast.Subscript) and self._is_content(node.value):
            key = literal(node.slice)
            return None if key is None or not isinstance(node.ctx, ast.Load) else (key, False)
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return None
        if node.func.attr == "get" and self._is_content(node.func.value) and not node.keywords:
            key = literal(node.args[0]) if node.args else None
            has_default = len(node.args) > 1
            if key is None or (has_default and key not in ALWAYS_THERE):
                return None
            return key, not has_default
        return None

    def visit_presence(self, node: ast.expr) -> bool:
        """Translate a question whether there is a text, or bytes; return whether it is one."""
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            return False
        key, operator = literal(node.left), node.ops[0]
        is_asked = isinstance(operator, ast.In | ast.NotIn) and self._is_content(
            node.comparators[0]
        )
        if not is_asked or key not in FRAME or self.facts.handler != "receive":
            return False
        self.result.frames.add("either")
        self.questions.add(id(node))
        is_there = "is not None" if isinstance(operator, ast.In) else "is None"
        self.result.edits.replace_node(node, f"{FRAME[key]} {is_there}")
        return True

    def _is_content(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute) and node.attr == "content":
            return self.is_message(node.value)
        return self.is_message(node)

    def content(self, node: ast.expr, key: str, may_be_missing: bool) -> None:
        """Translate a read of a key of the message."""
        handler = self.facts.handler
        if key == "path":
            self.result.edits.replace_node(node, 'self.scope["path"]')
        elif key == "client" and not may_be_missing and self._is_index(node):
            self.result.edits.replace_node(node, 'self.scope["client"]')
        elif key == "client" and may_be_missing and self._is_logged(node):
            self.result.edits.replace_node(node, 'self.scope.get("client")')
        elif key == "reply_channel":
            self.hand_out_name(node)
        elif key in ("query_string", "headers") and handler == "connect":
            self.of_request(node, key)
        elif key in FRAME and handler == "receive":
            self.result.frames.add("either" if may_be_missing or key == "bytes" else "text")
            if may_be_missing:
                self.questions.add(id(node))
            elif key == "text":
                self.text_reads[id(node)] = node
            self.result.edits.replace_node(node, FRAME[key])
        elif key == "code" and handler == "disconnect":
            self.result.edits.replace_node(node, self.code)
        else:
            raise self.left(node, f"the message's {key!r} has another form in a modern consumer")

    def hand_out_name(self, node: ast.expr) -> None:
        """Translate the name of the reply channel."""
        self.result.hands_out_name = True
        self.result.edits.replace_node(node, "self.channel_name")

    def of_request(self, node: ast.expr, key: str) -> None:
        """Translate a read of the query string or the headers, which are bytes now."""
        parent = self.parents.get(id(node))
        if key == "headers":
            are_bytes = has_bytes(self.function) or is_decoded(self.function, parent)
            is_known = is_read_as_pairs(node, parent) and are_bytes
            suffix: str | None = "" if is_known else None
        else:
            suffix = decoding_of(self.module, self.function, node, parent)
        if suffix is None:
            raise self.left(node, f"the message's {key!r} has another form in a modern consumer")
        self.result.edits.replace_node(node, f'self.scope["{key}"]{suffix}')

    def _is_logged(self, node: ast.expr) -> bool:
        """Whether a value goes to a log, or is printed."""
        parent = self.parents.get(id(node))
        if not isinstance(parent, ast.Call) or node not in parent.args:
            return False
        func = parent.func
        return (func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")) in _LOGS

    def _is_index(self, node: ast.expr) -> bool:
        """Whether an item of a value is read, by a number."""
        parent = self.parents.get(id(node))
        if not isinstance(parent, ast.Subscript) or parent.value is not node:
            return False
        return isinstance(parent.slice, ast.Constant) and isinstance(parent.slice.value, int)

    def session(self, node: ast.Attribute) -> None:
        """Translate a use of the channel session."""
        parent = self.parents[id(node)]
        around = self.parents[id(parent)]
        if not is_session_use(node, parent, around):
            raise self.left(node, "it hands the channel session to something else")
        found = (parent, around, self.function, {self.message, *self.facts.unknown})
        reason = check_read(*found) or check_write(*found)
        if reason:
            raise self.left(node, reason)
        self.result.uses_session = True
        self.result.edits.replace_node(node, "self.channel_session")


def inner_arguments(function: ast.FunctionDef) -> set[str]:
    """Return the arguments of the functions and lambdas in a function.

    Args:
        function: The function.
    """
    inner = [
        each
        for each in ast.walk(function)
        if isinstance(each, ast.FunctionDef | ast.Lambda) and each is not function
    ]
    return {each.arg for node in inner for each in ast.walk(node.args) if isinstance(each, ast.arg)}


def names_of(function: ast.FunctionDef) -> set[str]:
    """Return the names that a function uses, its arguments too."""
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return names | {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
