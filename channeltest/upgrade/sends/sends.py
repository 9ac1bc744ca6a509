"""Which functions of a project send to groups, by their names."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from ...sources.module import Module
from ...sources.project import Project

# What saves a model, and so runs the receivers of its signals.
_SAVES = {
    "save",
    "create",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "delete",
    "add",
    "set",
}
_SENDING = {"send", "group_send"}
# Receivers of signals, and methods that run when a model is saved.
_RUNS_BY_ITSELF = re.compile(r"@receiver|\b(?:post|pre|m2m)_\w+\.connect\(|\bdef (?:save|delete)\(")

_DEFINED = re.compile(r"\bdef\s+(\w+)")
_CALLED = re.compile(r"\b(\w+)\s*\(")
_LEAVES = {ast.Name, ast.Constant, ast.Load, ast.Store, ast.alias}


def sending_names(project: Project) -> set[str]:
    """Return the names of functions and methods that may send to a group or a client.

    A call of such a name counts as a send, whatever object it is called on: a model may be saved
    under many names, and it is not run to find out.

    Args:
        project: The project.
    """
    return _names(project.original)


@lru_cache(maxsize=1)
def _names(project: Project) -> set[str]:
    # A conversion adds no sends, so those of the original project are enough.
    modules = [module for module in project.modules.values() if not module.is_test]
    found = _Functions()
    for module in modules:
        if _imports_channels(module):
            found.read(module, may_send=True)
    words = {module: _Words(module.text) for module in modules}
    if not found.direct >= _SAVES:
        for module in _that_may_send(words, found.direct | _SENDING):
            if _RUNS_BY_ITSELF.search(module.text) and module.is_python3:
                found.read(module, may_send=False)
    asked: set[str] = set()
    while fresh := found.called - asked - (known := found.sending()):
        asked |= fresh
        # Only a file that defines one of the names can say what it does.
        for module in _that_may_send(words, known | _SENDING):
            if words[module].defined & fresh and module.is_python3:
                found.read(module, may_send=False)
    # They are read in the consumers themselves.
    return found.sending() - _SENDING


class _Words:
    """The names that a file defines as functions and calls, found without parsing it."""

    def __init__(self, text: str) -> None:
        self.defined = set(_DEFINED.findall(text))
        self.called = set(_CALLED.findall(text))


def _that_may_send(words: Mapping[Module, _Words], names: Collection[str]) -> list[Module]:
    """The files with a function that may send: as if each function made all calls of its file."""
    sending, relevant = set(names), set()
    while True:
        more = {
            module
            for module, found in words.items()
            if module not in relevant and found.called & sending
        }
        if not more:
            return [module for module in words if module in relevant]
        relevant |= more
        sending.update(*(words[module].defined for module in more))


class _Functions:
    """The functions that were read, by their names."""

    def __init__(self) -> None:
        self._calls: dict[str, set[str]] = {}
        self._receivers = {"save", "delete"}
        self._read: set[str] = set()
        self.direct: set[str] = set()
        self.called: set[str] = set()

    def read(self, module: Module, may_send: bool) -> None:
        """Read the functions of a module; a call of ``send`` counts where it may be a group's."""
        if module.name in self._read:
            return
        self._read.add(module.name)
        if may_send and "Binding" in module.text:
            self.direct |= _SAVES
        # Each node with what the functions around it call.
        waiting: list[tuple[ast.AST, tuple[set[str], ...]]] = [(module.tree, ())]
        functions: list[tuple[str, set[str]]] = []
        while waiting:
            node, around = waiting.pop()
            if isinstance(node, ast.FunctionDef):
                called: set[str] = set()
                functions.append((node.name, called))
                around = (*around, called)
                if _is_receiver(node):
                    self._receivers.add(node.name)
            elif isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                for called in around:
                    called.add(name)
                if name == "connect" and isinstance(node.func, ast.Attribute):
                    # A receiver of a signal.
                    self._receivers |= {each.id for each in node.args if isinstance(each, ast.Name)}
            waiting += [(child, around) for child in _children(node)]
        for name, called in functions:
            self.called |= called - {""}
            self._calls.setdefault(name, set()).update(called)
            if may_send and called & _SENDING:
                self.direct.add(name)

    def sending(self) -> set[str]:
        """The names of functions that send, or call one that does."""
        names = set(self.direct)
        while True:
            more = {name for name, called in self._calls.items() if called & names}
            if names & self._receivers:
                more |= _SAVES
            if more <= names:
                return names
            names |= more


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below a node that may hold calls, without the names and constants."""
    for field in node._fields:
        value = getattr(node, field, None)
        if type(value) is list:
            for item in value:
                if isinstance(item, ast.AST) and type(item) not in _LEAVES:
                    yield item
        elif isinstance(value, ast.AST) and type(value) not in _LEAVES:
            yield value


def has_one_layer(project: Project) -> bool:
    """Return whether no settings file of the project names more than one channel layer.

    Args:
        project: The project.
    """
    return all(
        len(re.findall(r"""["']BACKEND["']\s*:\s*["'](?:channels|asgi)""", module.text)) < 2
        for module in project.modules.values()
        if "CHANNEL_LAYERS" in module.text
    )


def _imports_channels(module: Module) -> bool:
    if "channels" not in module.text or not module.is_python3:
        return False
    return any(target.split(".")[0] == "channels" for target in module.imports.values())


def _is_receiver(function: ast.FunctionDef) -> bool:
    # A function that is connected with connect() has these arguments, as a decorated one has.
    names = {each.arg for each in function.args.args}
    return "sender" in names or any(
        "receiver" in ast.dump(each) for each in function.decorator_list
    )
