"""Channels 1's module names, beside the modern package's.

A module that only Channels 1 had is found under its old name and is the very same module
object as its twin here. A module that both have gains the names it lacks; what is set on it
later under one of these names, for example by `mock.patch`, is set on the twin too, where the
code that uses the name looks it up.
"""

from __future__ import annotations

import difflib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Mapping, Sequence
from typing import Any

_HERE = "channeltest.compat"

# Modules of 1.1.8 that Channels 4 lacks, and those whose twin does both versions' work.
ALIASES: dict[str, str] = {
    **{
        f"channels.{name}": f"{_HERE}.{name}"
        for name in (
            "asgi",
            "binding",
            "binding.base",
            "binding.websockets",
            "channel",
            "delay",
            "delay.apps",
            "delay.management",
            "delay.management.commands",
            "delay.management.commands.rundelay",
            "delay.migrations",
            "delay.migrations.0001_initial",
            "delay.models",
            "delay.worker",
            "generic.base",
            "generic.websockets",
            "hacks",
            "handler",
            "log",
            "management.commands.runserver",
            "management.commands.runworker",
            "message",
            "package_checks",
            "security.websockets",
            "signals",
            "staticfiles",
        )
    },
    "asgiref.base_layer": f"{_HERE}.base_layer",
    "asgiref.conformance": f"{_HERE}.layers.conformance",
    "asgiref.inmemory": f"{_HERE}.inmemory",
}

# Packages of layers that cannot be installed beside asgiref 3; one that is wins.
RETIRED: dict[str, str] = {
    f"{package}{module}": f"{_HERE}.{folder}.{package}"
    for folder, package, modules in (
        ("layers", "asgi_ipc", ("", ".core")),
        ("layers", "asgi_rabbitmq", ("", ".core", ".local")),
        ("redis", "asgi_redis", ("", ".core", ".local", ".sentinel")),
    )
    for module in modules
}

# Modules that both versions have, with the twin whose names they gain.
MERGED: dict[str, str] = {
    "channels": f"{_HERE}",
    "channels.apps": f"{_HERE}.channels_app",
    "channels.auth": f"{_HERE}.auth",
    "channels.exceptions": f"{_HERE}.exceptions",
    "channels.generic": f"{_HERE}.generic",
    "channels.routing": f"{_HERE}.routing",
    "channels.sessions": f"{_HERE}.sessions",
    "channels.utils": f"{_HERE}.utils",
    "channels.worker": f"{_HERE}.worker",
}

# Names of both versions that one object of ours serves.
_SHARED = {("channels.worker", "Worker")}


class _AliasLoader(importlib.abc.Loader):
    """Loads a module by handing out its twin."""

    def __init__(self, twin: str) -> None:
        self._twin = twin
        self._spec: importlib.machinery.ModuleSpec | None = None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = importlib.import_module(self._twin)
        self._spec = module.__spec__
        return module

    def exec_module(self, module: types.ModuleType) -> None:
        # The import system has just written the alias's spec over the module's own.
        module.__spec__ = self._spec
        module.__class__ = TwinnedModule
        _name_after(module)


class AliasFinder(importlib.abc.MetaPathFinder):
    """Finds modules of Channels 1 under their old names.

    Args:
        aliases: Old name to the name of the twin.
    """

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self.aliases = dict(aliases)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a spec for a module of Channels 1, ``None`` for any other."""
        twin = self.aliases.get(fullname)
        if twin is None:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, _AliasLoader(twin))
        found = importlib.util.find_spec(twin)
        if found is not None:
            spec.submodule_search_locations = found.submodule_search_locations
            spec.origin = found.origin
        return spec


class TwinnedModule(types.ModuleType):
    """A module that hands the names it shares with other modules on to them when they change."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        for twin in _twins(self).get(name, ()):
            setattr(twin, name, value)

    def __delattr__(self, name: str) -> None:
        super().__delattr__(name)
        for twin in _twins(self).get(name, ()):
            if name in vars(twin):
                delattr(twin, name)

    def __getattr__(self, name: str) -> Any:
        for twin in vars(self).get("_channels1_homes", ()):
            # A twin may make a name only when it is asked for.
            lazy = vars(twin).get("__getattr__")
            if lazy is not None:
                try:
                    return lazy(name)
                except AttributeError:
                    continue
        # Channels 1's package had its modules as attributes without their being imported.
        submodule = f"{_old_name(self)}.{name}"
        if submodule in _finder.aliases:
            return importlib.import_module(submodule)
        raise missing_name(self, name)


def _is_ours_alone(value: Any) -> bool:
    """Whether a module's global is of no use under a 1.x name: our submodules, annotations."""
    # By its type: asking the value would have a lazy one, such as the settings, load.
    if issubclass(type(value), types.ModuleType):
        return bool(value.__name__.startswith("channeltest."))
    return getattr(value, "__module__", None) in {"__future__", "typing"}


def _twins(module: types.ModuleType) -> dict[str, list[types.ModuleType]]:
    twins: dict[str, list[types.ModuleType]] = vars(module).get("_channels1_twins", {})
    return twins


def share(module: types.ModuleType, home: types.ModuleType) -> None:
    """Give ``module`` the names of ``home`` that it lacks, and keep them the same.

    Args:
        module: The module that gains names.
        home: Where they live.
    """
    state = vars(module)
    twins: dict[str, list[types.ModuleType]] = state.setdefault("_channels1_twins", {})
    for name, value in list(vars(home).items()):
        if name.startswith(("__", "_channels1_")) or _is_ours_alone(value):
            continue
        is_shared = (module.__name__, name) in _SHARED
        if is_shared or name not in state or state[name] is value:
            state[name] = value
            twins.setdefault(name, []).append(home)
    state.setdefault("_channels1_homes", []).append(home)
    module.__class__ = TwinnedModule


def missing_name(module: types.ModuleType, name: str) -> AttributeError:
    """Return the error for a name that is not there, with advice.

    Args:
        module: The module that was asked.
        name: The name.
    """
    asked = _old_name(module)
    text = f"{asked} has no name {name!r}"
    homes = [home for home in _homes_of(name) if home != asked]
    close = difflib.get_close_matches(name, [n for n in vars(module) if n[0] != "_"], n=3)
    if homes:
        text += f"; import it from {' or '.join(homes)}"
    elif close:
        text += f"; did you mean {' or '.join(close)}?"
    else:
        text += "; correct the import, or see the list of names in channeltest's documentation"
    return AttributeError(text, name=name, obj=module)


def _name_after(twin: types.ModuleType) -> None:
    """Have the classes and functions of a twin, and of its homes, name its 1.x module.

    So they read as they did in tracebacks, logs and their reprs.
    """
    old_name = _old_name(twin)
    homes = [home for home in vars(twin).get("_channels1_homes", ()) if _is_ours(home.__name__)]
    public = vars(twin).get("__all__", ())
    for home in (twin, *homes):
        for name, value in vars(home).items():
            if not isinstance(value, type | types.FunctionType):
                continue
            if value.__module__ == home.__name__ or (name in public and _is_nameless(value)):
                value.__module__ = old_name


def _is_nameless(value: type | types.FunctionType) -> bool:
    """Whether a class or function is defined in a module of ours that has no 1.x name."""
    twins = {*ALIASES.values(), *RETIRED.values(), *MERGED.values()}
    return _is_ours(value.__module__) and value.__module__ not in twins


def _is_ours(name: str) -> bool:
    return name.startswith(f"{_HERE}.")


def _homes_of(name: str) -> list[str]:
    """The 1.x modules, among those loaded, that define ``name``."""
    found = []
    for old, twin in {**_finder.aliases, **RETIRED, **MERGED}.items():
        module = sys.modules.get(twin)
        if module is None:
            continue
        home = getattr(vars(module).get(name), "__module__", None)
        defined_here = home in (twin, old)
        if defined_here or name in vars(module).get("__all__", ()):
            found.append(old)
    return found


def _old_name(module: types.ModuleType) -> str:
    """The 1.x name of a module, where it has one."""
    aliases = {**_finder.aliases, **RETIRED, **MERGED}
    old_names = (old for old, twin in aliases.items() if twin == module.__name__)
    return next(old_names, module.__name__)


_finder = AliasFinder(ALIASES)
_last_finder = AliasFinder(RETIRED)


def install(extra: Mapping[str, str] | None = None) -> None:
    """Make Channels 1's imports work beside the modern package's. Doing it twice is harmless.

    Args:
        extra: More old names and their twins.
    """
    _finder.aliases.update(extra or {})
    if _finder in sys.meta_path:
        return
    sys.meta_path.insert(0, _finder)
    sys.meta_path.append(_last_finder)
    for modern, twin in MERGED.items():
        share(importlib.import_module(modern), importlib.import_module(twin))
    for twin in {*ALIASES.values(), *MERGED.values()} & sys.modules.keys():
        _name_after(sys.modules[twin])
