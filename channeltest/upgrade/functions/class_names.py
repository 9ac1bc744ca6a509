"""Names for the classes that functions become."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from ...sources.module import Module

_NO_WORDS = {
    "ws", "websocket", "on", "connect", "receive", "disconnect", "message", "consumer", "add",
}  # fmt: skip
_OF_MODULES = {"consumers", "consumer", "websocket", "json"}


def consumer_name(
    module: Module, function: ast.FunctionDef, taken: Collection[tuple[str, str]]
) -> str:
    """Return a name for the consumer that a function becomes: after it, or after its app.

    Args:
        module: The module of the function.
        function: The function.
        taken: The classes that other functions become, as pairs of a module and a name.
    """
    words = [word for word in function.name.split("_") if word and word not in _NO_WORDS]
    if not words:
        parts = module.name.split(".")
        words = [part for part in parts if part.lower() not in _OF_MODULES][-1:] or ["socket"]
    base = "".join(word[:1].upper() + word[1:] for word in words) + "Consumer"
    name, number = base, 2
    while (module.name, name) in taken or re.search(rf"\b{name}\b", module.text):
        name, number = f"{base}{number}", number + 1
    return name
