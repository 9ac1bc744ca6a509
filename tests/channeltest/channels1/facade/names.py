"""Names of the modules of ``channels.test``."""

from __future__ import annotations

import importlib


def present(module, names):
    """Whether a module has all names of a text."""
    return all(hasattr(importlib.import_module(module), name) for name in names.split())


def patched(path, users):
    """What the modules that use a name of a dotted path have under it."""
    return [vars(user)[path.rpartition(".")[2]] for user in users]
