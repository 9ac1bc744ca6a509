"""What goes to a child process that does not inherit it: objects and the settings in force."""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.reduction import ForkingPickler
from typing import Any

from django.conf import UserSettingsHolder, global_settings, settings

from ..errors import LiveServerError
from ..patching import Patch
from .child import Work


def pickled(value: object, what: str) -> bytes:
    """Return ``value`` as bytes for a child process.

    Args:
        value: Anything.
        what: What it is, for the error: ``"the setting CACHES"``.

    Raises:
        LiveServerError: It cannot be pickled.
    """
    try:
        return pickle.dumps(value)
    except Exception as error:
        raise LiveServerError(
            f"{what} cannot be sent to the processes of a live server: "
            f"{type(error).__name__}: {error}. Name functions and classes that a module has at its "
            "top level, or set start_method = 'fork' or server = 'thread' on the test case"
        ) from error


def unpickled(data: bytes, what: str) -> Any:
    """Return the value that `pickled` made bytes of.

    Args:
        data: The bytes.
        what: As for `pickled`.

    Raises:
        LiveServerError: It cannot be made here: what it names cannot be imported.
    """
    try:
        return pickle.loads(data)
    except Exception as error:
        raise LiveServerError(
            f"{what} cannot be read in the live server's process: {type(error).__name__}: {error}"
        ) from error


class DeferredObject:
    """An object that is unpickled only when it is asked for: once Django is set up.

    Its class may be one of a test module, which imports models.

    Args:
        content: The object; connections and other handles may be in it.
    """

    def __init__(self, content: Work) -> None:
        self._content = content
        self._data: bytes | None = None

    def __getstate__(self) -> bytes:
        # Called while the process is being started, when handles can be sent.
        try:
            return bytes(ForkingPickler.dumps(self._content))
        except Exception as error:
            raise LiveServerError(
                f"{type(self._content).__qualname__} cannot be sent to a process of its own: "
                f"{type(error).__name__}: {error}. Routes, applications and process classes that "
                "a module has at its top level can; else set start_method = 'fork' or "
                "server = 'thread' on the test case"
            ) from error

    def __setstate__(self, data: bytes) -> None:
        self._data = data

    def open(self) -> Work:
        """Return the object."""
        if self._data is None:
            return self._content
        work: Work = pickle.loads(self._data)
        return work


class SettingsInForce:
    """The settings at the moment when this is made, with the overrides that hold then."""

    def __init__(self) -> None:
        lazy: Any = settings
        lazy.is_overridden("DEBUG")  # any access loads the settings
        self._holder: Any = lazy._wrapped

    @contextlib.contextmanager
    def restored(self) -> Iterator[None]:
        """Have them in force in the block; no signal is sent."""
        lazy: Any = settings
        if lazy._wrapped is self._holder:
            yield
            return
        patch = Patch(settings, "_wrapped", self._holder)
        patch.start()
        try:
            yield
        finally:
            patch.stop()


_NOTHING = object()


@dataclass(frozen=True)
class SettingsTransfer:
    """The settings in force, as bytes.

    Attributes:
        module: The name of the settings module, ``None`` where there is none.
        values: The values by name, pickled.
        deleted: Names that the module has and a test took away.
    """

    module: str | None
    values: dict[str, bytes]
    deleted: tuple[str, ...]

    @classmethod
    def capture(cls) -> SettingsTransfer:
        """Take the settings as they are now, whether a module, a test or a plugin set them.

        Also those changed in place, as the names of the test databases are. A value that cannot
        be pickled is left to the settings module, if that has the very same.

        Raises:
            LiveServerError: It has not; the setting is named.
        """
        # The settings themselves warn of the use of some names.
        holder: Any = _holder()
        module_name = _module_name(holder)
        module = sys.modules.get(module_name) if module_name else None
        names = [name for name in dir(holder) if name.isupper() and name != "SETTINGS_MODULE"]
        values = {}
        for name in names:
            # The settings may remember an object that was changed in place.
            value = vars(settings).get(name, getattr(holder, name))
            in_module = getattr(module, name, _NOTHING)
            if in_module is _NOTHING and value is getattr(global_settings, name, _NOTHING):
                continue
            try:
                values[name] = pickled(value, f"the setting {name}")
            except LiveServerError:
                if value is not in_module:
                    raise
        deleted = {name for name in dir(module) if name.isupper()} - {*names} if module else set()
        return cls(module_name, values, tuple(sorted(deleted)))

    def apply(self) -> None:
        """Have these settings in force in this process, before Django is set up.

        Raises:
            LiveServerError: A value cannot be made here; the setting is named.
        """
        values = {
            name: unpickled(data, f"the setting {name}") for name, data in self.values.items()
        }
        if self.module is None:
            settings.configure(**values)
            return
        os.environ["DJANGO_SETTINGS_MODULE"] = self.module
        holder = _holder()
        with warnings.catch_warnings():
            # Whoever set a deprecated one in the test's process was warned there.
            warnings.simplefilter("ignore")
            for name, value in values.items():
                if not _same(getattr(holder, name, _NOTHING), value):
                    setattr(settings, name, value)
            for name in self.deleted:
                delattr(settings, name)


def _holder() -> Any:
    lazy: Any = settings
    lazy.is_overridden("DEBUG")  # any access loads the settings
    return lazy._wrapped


def _module_name(holder: Any) -> str | None:
    # Every override is a layer around the settings, and names no module.
    while isinstance(holder, UserSettingsHolder):
        holder = holder.default_settings
    return getattr(holder, "SETTINGS_MODULE", None)


def _same(one: object, other: object) -> bool:
    try:
        return bool(one == other)
    except Exception:
        return False
