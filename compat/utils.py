"""Helpers of Channels 1."""

from __future__ import annotations

import types


def name_that_thing(thing: object) -> str:
    """Return a readable name for a consumer or a layer.

    Args:
        thing: A function, a class, a bound method, a mock or any other object.

    Returns:
        ``module.name`` for functions and classes, the class's for classmethods and
        instances, ``module.Class.method`` for methods of an instance, ``<mock>`` for mocks.
        Source: Channels 1.1.8, whose version failed on methods of an instance.
    """
    # Mocks answer to every attribute, this one of Python 2's methods among them.
    if hasattr(thing, "im_class") and hasattr(thing, "mock_calls"):
        return "<mock>"
    if isinstance(thing, types.MethodType):
        owner = thing.__self__
        if isinstance(owner, type):
            return f"{owner.__module__}.{owner.__name__}"
        return f"{name_that_thing(owner)}.{thing.__name__}"
    if isinstance(thing, type | types.FunctionType):
        return f"{thing.__module__}.{thing.__name__}"
    return name_that_thing(type(thing))
