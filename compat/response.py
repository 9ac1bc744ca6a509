"""Django responses as the headers and messages of ASGI 1, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.http import HttpResponse
from django.http.response import HttpResponseBase

if TYPE_CHECKING:
    from .message import Message

    AnyMessage: TypeAlias = Mapping[str, Any] | Message


def encode_headers(response: HttpResponseBase) -> list[tuple[bytes, bytes]]:
    """Return the headers and cookies of a response as pairs of bytes.

    Names keep their case, as some clients require it; a cookie is one ``Set-Cookie`` pair.
    Source: Channels 1.1.8.
    """
    headers = [(_to_bytes(name, "ascii"), _to_bytes(value)) for name, value in response.items()]
    cookies = [
        (b"Set-Cookie", morsel.output(header="").encode("ascii"))
        for morsel in response.cookies.values()
    ]
    return headers + cookies


def decode_response(messages: AnyMessage | Iterable[AnyMessage]) -> HttpResponse:
    """Make a Django response of the message or messages that an ``http.request`` was replied.

    The inverse of `AsgiHandler.encode_response`; Channels 1.1.8 has no such function.

    Args:
        messages: One reply message, or all of them in order: ``status`` and ``headers`` in the
            first, ``content`` (bytes) and ``more_content`` in each.

    Returns:
        An `HttpResponse` with the status, headers, cookies and the whole content.

    Raises:
        ValueError: The first message has no ``status``, a later one has, or the last message
            says that more content follows.
    """
    # A Message is no iterable.
    is_one = isinstance(messages, Mapping) or not isinstance(messages, Iterable)
    parts: list[Any] = [messages] if is_one else list(cast(Iterable[Any], messages))
    _check_sequence(parts)
    response = HttpResponse(
        b"".join(part.get("content") or b"" for part in parts), status=parts[0]["status"]
    )
    del response["Content-Type"]
    for raw_name, raw_value in parts[0].get("headers", []):
        name, value = _to_text(raw_name), _to_text(raw_value)
        if name.lower() == "set-cookie":
            cookie: SimpleCookie = SimpleCookie(value.strip())
            response.cookies.update(cookie)
        elif name in response:
            response[name] = f"{response[name]}, {value}"
        else:
            response[name] = value
    return response


def _check_sequence(parts: list[AnyMessage]) -> None:
    if not parts or "status" not in parts[0]:
        found = f"its keys are {sorted(parts[0].keys())}" if parts else "there is no message"
        raise ValueError(f"A response begins with a message that has a status, but {found}.")
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        if index and "status" in part:
            raise ValueError(f"Message {index + 1} has a status: another response begins there.")
        if bool(part.get("more_content", False)) == last:
            expected = "says that more content follows" if last else "says it is the last"
            raise ValueError(f"Message {index + 1} of {len(parts)} {expected} (more_content).")


def _to_bytes(value: str | bytes, encoding: str = "latin1") -> bytes:
    return value.encode(encoding) if isinstance(value, str) else bytes(value)


def _to_text(value: str | bytes) -> str:
    return value.decode("latin1") if isinstance(value, bytes) else value
