"""Finds names that Django has moved or dropped since 1.11, wherever they are named.

Django-upgrade changes some of them where they are imported, and few where they are the attribute of
a module, or in a string. What it changes is a finding of its own, with the name of its fixer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from . import django_uses
from .django_names import BY_HAND, FIXED, FIXED_ATTRIBUTES, FIXED_MODULES, FIXED_STRINGS
from .tokens import Import, Source, outside_strings

Place = tuple[int, str, str]

# These stay where they are, and a fixer changes their import together with another's.
_STAYING = {"django.conf.urls.include": "django.conf.urls.url"}
_KNOWN = frozenset((*FIXED, *BY_HAND)) - _STAYING.keys()
# Migrations may keep what they have been made with.
_IN_MIGRATIONS = {"django.contrib.postgres.fields.JSONField"}
_DOTTED = re.compile(r"django(?:\.\w+)+")


def _by_module() -> dict[str, list[str]]:
    """The known names by each module that they are in, at any depth."""
    found: dict[str, list[str]] = {}
    for name in sorted(_KNOWN):
        module = name
        while module := module.rpartition(".")[0]:
            found.setdefault(module, []).append(name)
    return found


_BY_MODULE = _by_module()


def find(source: Source) -> Iterator[Place]:
    """Yield what Django has changed since 1.11: offset, code and a text.

    Args:
        source: A file.
    """
    if "django." in source.text:
        imported = [each for each in source.imports if each.name.startswith("django.")]
        yield from _find_imports(source, imported)
        yield from _find_attributes(source, imported)
        yield from _find_strings(source)
    yield from django_uses.find(source)


def _find_imports(source: Source, imported: list[Import]) -> Iterator[Place]:
    names = {each.name for each in imported}
    for each in imported:
        name = each.name
        if _STAYING.get(name, name) not in names or _may_stay(source, name):
            continue
        fixer = FIXED.get(name)
        if fixer is None and name not in BY_HAND:
            fixer = FIXED_MODULES.get(name.rpartition(".")[0])
        if fixer is not None:
            yield each.start, "CT401", f"{name}: fixer {fixer}"
        elif known := _known(name, BY_HAND):
            yield each.start, "CT402", f"{name}: {BY_HAND[known]}"


def _find_attributes(source: Source, imported: list[Import]) -> Iterator[Place]:
    """What is named by a module that is imported: ``models.permalink``."""
    for each in imported:
        is_whole = each.name.startswith(f"{each.bound}.")
        spelled = each.name if is_whole else each.bound
        for name in _BY_MODULE.get(each.name, ()):
            written = spelled + name.removeprefix(each.name)
            if written not in source.text or _may_stay(source, name):
                continue
            fixer = FIXED_ATTRIBUTES.get(name)
            for match in outside_strings(rf"(?<![\w.]){re.escape(written)}\b").finditer(
                source.text
            ):
                if match["found"] and fixer is not None:
                    yield match.start(), "CT401", f"{written}: fixer {fixer}"
                elif match["found"]:
                    yield match.start(), "CT402", f"{written}: {_advice(name)}"


def _find_strings(source: Source) -> Iterator[Place]:
    if '"django.' not in source.text and "'django." not in source.text:
        return
    for token in source.tokens:
        if token.kind == "string" and _DOTTED.fullmatch(token.value):
            if known := _known(token.value, FIXED_STRINGS):
                yield token.start, "CT401", f"{token.value}: fixer {FIXED_STRINGS[known]}"
            elif known := _known(token.value, _KNOWN):
                yield token.start, "CT402", f"{token.value}: {_advice(known)}"


def _advice(name: str) -> str:
    """What to do with a name where no fixer changes it."""
    fixer = FIXED.get(name)
    if name in BY_HAND or fixer is None:
        return BY_HAND[name]
    home, _, last = name.rpartition(".")
    return f"fixer {fixer} changes from {home} import {last} only"


def _may_stay(source: Source, name: str) -> bool:
    return name in _IN_MIGRATIONS and "migrations.Migration" in source.text


def _known(name: str, known: Collection[str]) -> str:
    """The name that is known among a name and the modules that it is in, or ``""``."""
    while name and name not in known:
        name = name.rpartition(".")[0]
    return name
