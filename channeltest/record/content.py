"""Copies of what messages contain, frozen at the moment when they cross a layer or a socket."""

from __future__ import annotations

import collections
import datetime
import decimal
import enum
import marshal
import types
import uuid
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

# Types whose values are immutable and stand for themselves.
SCALARS = (
    *(str, bytes, bool, int, float, complex, type(None), decimal.Decimal, uuid.UUID),
    *(datetime.datetime, datetime.date, datetime.time, datetime.timedelta),
)

# marshal's format without references, so that every occurrence of a value is a copy.
_VERSION = 2

# Builtin types whose subclasses count as the plain type: a SafeString is its text.
_BASES: tuple[type, ...] = (str, bytes, int, float, dict, list, tuple, set, frozenset)

# Values of these are immutable and nothing but their value.
_UNCHANGED = (
    *(str, bytes, bool, int, float, complex, type(None), decimal.Decimal, uuid.UUID),
    *(datetime.date, datetime.timedelta),
)

# Make the plain value of an instance of a subclass, without its own code. A moment keeps the offset
# of its time zone, which is what crosses a wire.
_PLAIN: dict[type, Callable[[Any], Any]] = {
    datetime.datetime: lambda value: datetime.datetime.fromisoformat(
        datetime.datetime.isoformat(value)
    ),
    datetime.date: lambda value: datetime.date(value.year, value.month, value.day),
    datetime.time: lambda value: datetime.time.fromisoformat(datetime.time.isoformat(value)),
    datetime.timedelta: lambda value: datetime.timedelta(
        value.days, value.seconds, value.microseconds
    ),
    decimal.Decimal: decimal.Decimal,
    uuid.UUID: lambda value: uuid.UUID(int=value.int),
    complex: lambda value: complex(value.real, value.imag),
    bytearray: bytes,
    memoryview: bytes,
}

# Containers in containers, and objects in objects, that are looked into.
_DEPTH = 100
_OBJECTS = 4


class Snapshot(NamedTuple):
    """What is kept of an object that is no plain value.

    Attributes:
        name: Its class, or a class or function itself: ``"app.forms.Form"``; of a model's instance
            the model's label, ``"auth.User"``.
        values: Names and values of its attributes, sorted by name; of a model's instance the
            primary key only, of a member of an enumeration its name.
    """

    name: str
    values: tuple[tuple[str, Any], ...] = ()

    def __repr__(self) -> str:
        """Return the text that records show: no address, and nothing of the object's own repr."""
        values = "".join(f" {name}={value!r}" for name, value in self.values)
        return f"<{self.name.rpartition('.')[2]}{values}>"


class Copied:
    """A copy that `marshal` cannot make.

    Attributes:
        value: The copy.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


# The form in which contents are kept; it can be the key of a dict.
Frozen = bytes | Copied


def freeze(value: Any) -> Frozen:
    """Return a copy of ``value`` that nobody can change; `thaw` gives the value back.

    It costs less than half a microsecond for a message of plain values, so that every message can
    be recorded. No method of the value runs.

    Args:
        value: The content of a message: any object.
    """
    try:
        # It takes the exact builtin types only, and in this version refuses what holds itself.
        return marshal.dumps(value, _VERSION)
    except ValueError:
        return Copied(copied(value))


def thaw(frozen: Frozen) -> Any:
    """Return the value that was frozen; a `Snapshot` is in the place of an object."""
    return frozen.value if isinstance(frozen, Copied) else marshal.loads(frozen)


def copied(value: Any) -> Any:
    """Return a copy of plain values and snapshots, a hundred containers deep at most."""
    return _copy(value, (), 0)


def describe(error: BaseException) -> str:
    """Return the class and the text of an exception, whose own code may fail to give it."""
    try:
        text = str(error)
    except Exception:
        text = "(its text cannot be had)"
    return f"{type(error).__name__}: {text}"


def _copy(value: Any, inside: tuple[int, ...], objects: int) -> Any:
    kind = type(value)
    if kind in _UNCHANGED:
        return value
    if id(value) in inside:
        return Snapshot("cycle")
    if len(inside) == _DEPTH:
        return Snapshot("deeper")
    try:
        return _copy_other(value, kind, (*inside, id(value)), objects)
    except Exception:
        # What code of its own there is has failed, or another thread changes it meanwhile.
        return Snapshot(_name(kind))


def _copy_other(value: Any, kind: type, inside: tuple[int, ...], objects: int) -> Any:
    if issubclass(kind, enum.Enum):
        # Before Python 3.11 several flags together have no name.
        name = ("value", value.value) if value.name is None else ("name", value.name)
        return Snapshot(_name(kind), (name,))
    for base in _BASES:
        if issubclass(kind, base):
            return _plain(base, value, lambda item: _copy(item, inside, objects))
    for base, make in _PLAIN.items():
        if issubclass(kind, base):
            return make(value)
    return _copy_object(value, kind, inside, objects)


def _plain(base: type, value: Any, copy: Callable[[Any], Any]) -> Any:
    """Return the value of a builtin type that ``value`` has as an instance of a subclass."""
    if base is dict:
        return {_hashable(copy(key)): copy(item) for key, item in dict.items(value)}
    if base is str:
        return str.__str__(value)
    if base in (set, frozenset):
        return base(_hashable(copy(item)) for item in base.__iter__(value))
    if base in (list, tuple):
        items: Iterable[Any] = base.__iter__(value)
        return base(copy(item) for item in items)
    return base.__new__(base, value)


def _hashable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return Snapshot("key", (("value", repr(value)),))
    return value


def _copy_object(value: Any, kind: type, inside: tuple[int, ...], objects: int) -> Any:
    if issubclass(kind, type | types.FunctionType | types.BuiltinFunctionType):
        return Snapshot(_name(value))
    if _is_lazy_text(kind):
        return str(value)
    meta: Any = getattr(kind, "_meta", None)
    if hasattr(meta, "concrete_model"):
        return Snapshot(str(meta.label), (("pk", _copy(value.pk, inside, objects)),))
    values = _attributes(value)
    if "_wrapped" in values and hasattr(kind, "_setup"):
        # A lazy object, which may query the database: only what it has loaded is copied.
        wrapped = values["_wrapped"]
        return Snapshot(_name(kind)) if type(wrapped) is object else _copy(wrapped, inside, objects)
    if objects == _OBJECTS:
        return Snapshot(_name(kind))
    copied = [(name, _copy(values[name], inside, objects + 1)) for name in sorted(values)]
    return Snapshot(_name(kind), tuple(copied))


def _is_lazy_text(kind: type) -> bool:
    return any(
        base.__name__ == "Promise" and base.__module__ == "django.utils.functional"
        for base in kind.__mro__
    )


def _attributes(value: Any) -> dict[str, Any]:
    """The attributes that an object holds itself, read without its own code."""
    try:
        found: dict[str, Any] = dict(object.__getattribute__(value, "__dict__"))
    except AttributeError:
        found = {}
    if isinstance(value, BaseException):
        # What else it holds differs between versions of Python.
        return {**found, "args": value.args}
    if isinstance(value, collections.deque):
        found["items"] = list(collections.deque.__iter__(value))
    for base in type(value).__mro__:
        for name, slot in vars(base).items():
            if isinstance(slot, types.MemberDescriptorType) and not name.startswith("__"):
                try:
                    found[name] = slot.__get__(value)
                except AttributeError:
                    continue
    return found


def _name(kind: Any) -> str:
    module, name = getattr(kind, "__module__", None), getattr(kind, "__qualname__", None)
    name = name or type(kind).__name__
    return str(name) if module in (None, "builtins") else f"{module}.{name}"
