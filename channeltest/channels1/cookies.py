"""The ``cookie`` header of a `WSClient`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http.cookies import Morsel, SimpleCookie
from typing import Any

# Names and values that need no quotes; no name may be one of a cookie's attributes.
_is_token = re.compile(r"[A-Za-z0-9_.!#$%&'*+^`|~-]+").fullmatch
_ATTRIBUTES = {key.lower() for key in Morsel()}


def cookie_header(cookies: Mapping[str, Any]) -> bytes:
    """Return the header's value for cookies, as `http.cookies.SimpleCookie` writes it.

    Args:
        cookies: Names to values.

    Returns:
        ``b" a=1; b=2"``, in the order of the names; ``b""`` without cookies.

    Raises:
        http.cookies.CookieError: A name is not valid.
    """
    if all(map(_is_plain, cookies)) and all(map(_is_plain, cookies.values())):
        # A tenth of SimpleCookie's time.
        return ";".join(f" {name}={cookies[name]}" for name in sorted(cookies)).encode("ascii")
    jar: SimpleCookie = SimpleCookie(cookies)
    return jar.output(header="", sep=";").encode("ascii")


def _is_plain(part: object) -> bool:
    return isinstance(part, str) and bool(_is_token(part)) and part.lower() not in _ATTRIBUTES
