"""Finds what has to change in the settings."""

from __future__ import annotations

from collections.abc import Iterator

from .tokens import Source, Token

_BACKENDS = ("asgiref.inmemory.", "asgi_redis.", "asgi_ipc.", "asgi_rabbitmq.")
# They need none of Channels 1's names.
_INDIFFERENT = ("channels", "daphne")


def find(source: Source) -> Iterator[tuple[int, str, str]]:
    """Yield what a settings file has of 1.x: offset, code and a text.

    Args:
        source: A file; one without ``CHANNEL_LAYERS`` and ``INSTALLED_APPS`` has nothing.
    """
    tokens = source.tokens
    for index, token in enumerate(tokens[:-1]):
        if token.kind == "string" and tokens[index + 1].text == ":":
            following = tokens[index + 2] if index + 2 < len(tokens) else token
            if token.value == "ROUTING" and "CHANNEL_LAYERS" in source.text:
                yield token.start, "CT301", '"ROUTING" in CHANNEL_LAYERS'
            elif token.value == "BACKEND" and following.value.startswith(_BACKENDS):
                yield following.start, "CT302", following.value
        elif token.text == "INSTALLED_APPS" and tokens[index + 1].text == "=":
            yield from _apps(tokens[index + 2 :], token)


def _apps(tokens: list[Token], name: Token) -> Iterator[tuple[int, str, str]]:
    """What is wrong with the place of channeltest in a list of apps."""
    apps: list[Token] = []
    for token in tokens:
        if token.kind == "newline" or token.text in ("]", ")"):
            break
        if token.kind == "string":
            apps.append(token)
    names = [app.value for app in apps]
    if "channels" not in names and "channeltest" not in names:
        return
    if "channeltest" not in names:
        yield name.start, "CT303", '"channeltest" is not in INSTALLED_APPS'
        return
    place = names.index("channeltest")
    before = [
        each
        for each in names[:place]
        if not each.startswith("django.") and each not in _INDIFFERENT
    ]
    if before:
        yield apps[place].start, "CT303", f'"channeltest" stands behind "{before[0]}"'
