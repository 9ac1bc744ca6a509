"""Tests of subscriptions to models: what django-rest-live's users test with."""

from __future__ import annotations

import contextlib
import functools
import sys
import types
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest

from ..asgi.scope import log_in
from ..communicators.websocket import WebsocketCommunicator
from .async_setup import run_between

# unittest and pytest leave frames of modules with these names out of tracebacks.
__unittest = True
__tracebackhide__ = True

_HTTP = "channels.http"


class APICommunicator(WebsocketCommunicator):
    """A websocket communicator, under the name that django-rest-live has for it.

    Source: django-rest-live 0.7, ``rest_live.testing``.
    """


def async_test(method: Callable[..., Awaitable[Any]]) -> Callable[..., Any]:
    """Run the test case's ``asyncSetUp`` and ``asyncTearDown`` around a test, on its loop.

    As with unittest, ``asyncTearDown`` runs also when the test fails, and does not when
    ``asyncSetUp`` did; what it raises is reported beside what failed the test.

    Args:
        method: An ``async def`` test of one of Django's test cases.

    Source: django-rest-live 0.7, which tore down only after tests that passed.
    """

    @functools.wraps(method)
    async def between(self: Any, *args: Any, **kwargs: Any) -> None:
        await run_between(
            self,
            getattr(self, "asyncSetUp", None),
            lambda: method(self, *args, **kwargs),
            getattr(self, "asyncTearDown", None),
        )

    return between


async def get_headers_for_user(user: Any) -> list[tuple[bytes, bytes]]:
    """Log a user in; return the headers of a client that has the session's cookie.

    Args:
        user: A user that is in the database.

    Source: django-rest-live 0.7, which put ``Set-Cookie`` attributes into the header too.
    """
    session = await sync_to_async(log_in)(user, None, {})
    return [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={session.session_key}".encode("ascii"))]


@contextlib.contextmanager
def channels_http() -> Iterator[None]:
    """Provide a module ``channels.http`` with an ``AsgiRequest`` during a ``with`` block.

    The last release of django-rest-live imports it, and Channels 3.0 removed it. Django's
    ``ASGIRequest`` takes its place. Import django-rest-live in the block::

        with channels_http():
            from rest_live.mixins import RealtimeMixin
    """
    if _HTTP in sys.modules:
        yield
        return
    module = types.ModuleType(_HTTP)
    vars(module)["AsgiRequest"] = ASGIRequest
    sys.modules[_HTTP] = module
    try:
        yield
    finally:
        if sys.modules.get(_HTTP) is module:
            del sys.modules[_HTTP]
