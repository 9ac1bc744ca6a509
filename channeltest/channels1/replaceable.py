"""`replaceable`: a property that a suite may replace by an attribute of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class replaceable(Generic[Value]):
    """A read-only property that instances and subclasses may shadow: ``self.stage = …`` works.

    Suites of Channels 1 name their own attributes freely. The harness itself never reads an
    attribute that is made with this.

    Args:
        read: The property's getter.
    """

    def __init__(self, read: Callable[[Any], Value]) -> None:
        self._read = read
        self.__doc__ = read.__doc__

    @overload
    def __get__(self, instance: None, owner: type | None = None) -> replaceable[Value]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None) -> Value: ...
    def __get__(self, instance: Any, owner: type | None = None) -> replaceable[Value] | Value:
        """Return the value for an instance; for the class, this descriptor."""
        return self if instance is None else self._read(instance)
