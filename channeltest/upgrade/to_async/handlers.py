"""Which methods of consumers the messages of a project may lead to."""

from __future__ import annotations

import re

from ...sources.project import Project

_KEY = r"""["']type["']\s*(?::|\]\s*=(?!=))\s*|\btype\s*=(?!=)\s*"""
_LITERAL = r"""["'][^"'\n]*["']"""
_TYPE = re.compile(rf"""(?:{_KEY})["']([\w.]+)["']""")
# A type that is put together from texts, and one that is a variable.
_PARTS = re.compile(rf"""(?:{_KEY})(?:[fF]["']|{_LITERAL}\s*[+%.])""")
_VARIABLE = re.compile(rf"""(?:{_KEY})[^"'\s]""")
_TEXT = re.compile(r"""["']([\w.]+)["']""")


class Types:
    """The types of messages, as far as the sources of a project have them.

    Args:
        project: The project.
    """

    def __init__(self, project: Project) -> None:
        texts = [module.text for module in project.modules.values()]
        self._may_be_any = any(map(_PARTS.search, texts))
        # A variable may hold any text of the project.
        pattern = _TEXT if any(map(_VARIABLE.search, texts)) else _TYPE
        found = (each for text in texts for each in pattern.findall(text))
        self._handlers = {each.replace(".", "_") for each in found}

    def may_lead_to(self, name: str) -> bool:
        """Whether a message may lead to a method.

        Args:
            name: The name of the method.
        """
        return self._may_be_any or name in self._handlers
