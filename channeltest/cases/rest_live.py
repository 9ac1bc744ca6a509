"""Tests of subscriptions to models: what django-rest-live's users test with."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.test import Client

from ..communicators import WebsocketCommunicator

# unittest and pytest leave frames of modules with this name out of tracebacks.
__unittest = True


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
    async def with_steps(self: Any, *args: Any, **kwargs: Any) -> Any:
        set_up = getattr(self, "asyncSetUp", None)
        tear_down = getattr(self, "asyncTearDown", None)
        if set_up is not None:
            await set_up()
        try:
            return await method(self, *args, **kwargs)
        finally:
            if tear_down is not None:
                try:
                    await tear_down()
                except Exception as error:
                    self.addCleanup(_raise, error)

    return with_steps


async def get_headers_for_user(user: Any) -> list[tuple[bytes, bytes]]:
    """Log a user in; return the headers of a client that has the session's cookie.

    Args:
        user: A user that is in the database.

    Source: django-rest-live 0.7, which put ``Set-Cookie`` attributes into the header too.
    """
    return [(b"cookie", await sync_to_async(_session_cookie_of)(user))]


def _session_cookie_of(user: Any) -> bytes:
    client = Client()
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}".encode("ascii")


def _raise(error: Exception) -> None:
    raise error
