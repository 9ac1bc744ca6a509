"""Recognises ASGI applications among other callables, and gives each the signature of ASGI 3."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, cast

from asgiref.compatibility import double_to_single_callable
from asgiref.sync import iscoroutinefunction
from channels.consumer import AsyncConsumer

# What servers, applications and tests pass each other in ASGI 3.
Scope = dict[str, Any]
Event = dict[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
ASGI3Application = Callable[[Scope, Receive, Send], Coroutine[Any, Any, object]]

# An application of ASGI 2 or 3, or a modern consumer class.
AnyApplication = Callable[..., Any]


def is_application(thing: object) -> bool:
    """Whether ``thing`` is an ASGI application (2 or 3) and not a consumer of Channels 1.

    Args:
        thing: What stands in a route: a function, a class or an instance.

    Returns:
        ``True`` for Channels' modern consumers and routers, for what is a coroutine function of
        three arguments when it is called, and for callables whose first argument is ``scope``.
    """
    # A mock has every attribute, and stands for a consumer of Channels 1.
    if hasattr(thing, "mock_calls") or not callable(thing):
        return False
    if isinstance(thing, type) and issubclass(thing, AsyncConsumer):
        return True
    if is_async(thing):
        return isinstance(thing, type) or not _takes_a_message(thing)
    if getattr(thing, "_asgi_single_callable", getattr(thing, "_asgi_double_callable", False)):
        return True
    return _parameters(thing)[:1] == ["scope"]


def _takes_a_message(thing: Any) -> bool:
    """Whether an async function has the signature of a Channels 1 consumer, by mistake."""
    try:
        parameters = inspect.signature(thing, follow_wrapped=False).bind(None, None, None).arguments
    except (TypeError, ValueError):
        return True
    return next(iter(parameters), None) == "message"


def is_async(thing: object) -> bool:
    """Whether a call of ``thing``, or of its instances if it is a class, has to be awaited."""
    return iscoroutinefunction(thing) or iscoroutinefunction(
        inspect.getattr_static(thing, "__call__")
    )


def _parameters(thing: Any) -> list[str]:
    """The names of the positional parameters that a call of ``thing`` must fill."""
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):
        return []
    return [
        parameter.name
        for parameter in signature.parameters.values()
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
        and parameter.default is parameter.empty
    ]


def single_callable(application: AnyApplication) -> ASGI3Application:
    """Return a modern application, of whatever kind, as a coroutine function of ASGI 3.

    Args:
        application: An application, as `is_application` recognises it.
    """
    # Types of events are typed dicts in the stubs of Channels, and missing from asgiref.
    if isinstance(application, type) and issubclass(application, AsyncConsumer):
        return cast(ASGI3Application, application.as_asgi())
    if len(_parameters(application)) == 1:
        made = double_to_single_callable(application)  # type: ignore[no-untyped-call]
        return cast(ASGI3Application, made)
    if isinstance(application, type) and not hasattr(application, "__await__"):
        return cast(ASGI3Application, application())
    if not isinstance(application, type) and is_async(application):
        return application

    async def single(scope: Scope, receive: Receive, send: Send) -> None:
        await application(scope, receive, send)

    return single
