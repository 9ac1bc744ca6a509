"""A cached property that is made once, also when several threads ask for it first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from typing_extensions import Self

_T = TypeVar("_T")


class made_once(cached_property[_T]):
    """As ``functools.cached_property``, whose value two threads may make from Python 3.12 on.

    Args:
        make: Makes the value of an object; one thread at a time runs it.
    """

    def __init__(self, make: Callable[[Any], _T]) -> None:
        super().__init__(make)
        # One for all objects of the class; what is made may make others.
        self._making = threading.RLock()

    @overload
    def __get__(self, instance: None, owner: type[Any] | None = None) -> Self: ...

    @overload
    def __get__(self, instance: object, owner: type[Any] | None = None) -> _T: ...

    def __get__(self, instance: object | None, owner: type[Any] | None = None) -> Any:
        with self._making:
            return super().__get__(instance, owner)
