"""Logs a user in without credentials: a session in the database, and its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.test import Client


def log_in(user: Any, backend: str | None, cookies: Mapping[str, str]) -> Any:
    """Log a user in without credentials, and return the session.

    Args:
        user: The user.
        backend: The dotted path of an authentication backend, or ``None`` for the usual one.
        cookies: The client's cookies: a session that they name is used again.
    """
    client = Client()
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if key is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    client.force_login(user, backend)
    session = client.session
    # Loaded here: an async consumer could not ask the database for it.
    session.keys()
    return session
