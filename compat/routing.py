"""Routing by channel name and message content: ``route``, ``route_class``, ``include``."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from . import handler
from .advice import with_note
from .applications.callables import is_application, is_async
from .applications.lookup import channels_of
from .applications.route import ApplicationRoute, stands_alone
from .applications.target import Application
from .filters import Filters, captured, normalise
from .utils import name_that_thing

if TYPE_CHECKING:
    from .message import Message

# What match() returns: the consumer and the keyword arguments its filters found.
Match = tuple[Any, dict[str, Any]]


def _import_variable(path: str, refusal: Callable[[Exception], Exception]) -> Any:
    """Import ``module.variable``; ``refusal`` makes the error where that fails."""
    try:
        module_name, variable = path.rsplit(".", 1)
    except ValueError as error:
        raise with_note(error, f"Write {path!r} as 'package.module.variable'.") from None
    try:
        return getattr(importlib.import_module(module_name), variable)
    except (ImportError, AttributeError) as error:
        raise refusal(error) from error


class Router:
    """The routes of one channel layer, its ``router`` attribute.

    Args:
        routing: A list of routes (anything with ``match()`` and ``channel_names()``), a dict
            of channel names to consumers, or the dotted path of either.

    Attributes:
        root: The `Include` that holds the routes.

    Modern applications may stand among the routes, or in their place.

    Source: Channels 1.1.8.
    """

    def __init__(self, routing: Any) -> None:
        self.root = Include(routing)

    @property
    def channels(self) -> set[str]:
        """Names of all channels that have a route."""
        return self.root.channel_names()

    def add_route(self, route: Any) -> None:
        """Add ``route`` behind the others."""
        self.root.routing.append(route)

    def match(self, message: Message) -> Match | None:
        """Return the first route's ``(consumer, kwargs)`` that fits ``message``, or ``None``.

        For a modern application, the consumer class that it leads to, as far as it is known.
        """
        match = self.target(message)
        if match is None or type(match[0]) is not Application:
            return match
        return match[0].consumer, {**match[1], **match[0].kwargs}

    def target(self, message: Message) -> Match | None:
        """Return what `match` does, but a modern application as the `Application` to run."""
        return self.root.match(message)

    def check_default(self, http_consumer: Any = None) -> None:
        """Add the routes a running project needs, behind its own.

        Args:
            http_consumer: What serves ``http.request``; Django's views by default.
        """
        defaults = {
            "http.request": http_consumer or handler.ViewConsumer(),
            "websocket.connect": connect_consumer,
            "websocket.receive": null_consumer,
            "websocket.disconnect": null_consumer,
        }
        for channel, consumer in defaults.items():
            self.add_route(Route(channel, consumer))

    @classmethod
    def resolve_routing(cls, routing: Any) -> Any:
        """Return ``routing`` as a list of routes; a list of them is returned as it is.

        Raises:
            ImproperlyConfigured: The dotted path leads nowhere.
            TypeError: It is nothing that holds routes.
        """
        if isinstance(routing, str):
            path = routing
            routing = _import_variable(
                path,
                lambda error: ImproperlyConfigured(
                    f"Cannot import channel routing {path!r}: {error}"
                ),
            )
        if isinstance(routing, dict):
            return [Route(*item) for item in routing.items()]
        if not isinstance(routing, list):
            if hasattr(routing, "match"):
                return [routing]
            if stands_alone(routing):
                return [ApplicationRoute(routing)]
            if not isinstance(routing, Iterable):
                raise TypeError(
                    "Channel routing must be a list of routes, a dict of channel names to "
                    f"consumers or the dotted path of one, not {routing!r:.80}"
                )
        if all(hasattr(entry, "match") for entry in routing):
            return routing
        return [entry if hasattr(entry, "match") else cls._as_include(entry) for entry in routing]

    @classmethod
    def _as_include(cls, entry: Any) -> Include | ApplicationRoute:
        if stands_alone(entry):
            return ApplicationRoute(entry)
        if isinstance(entry, str | dict | list | tuple):
            return Include(entry)
        raise AttributeError(
            f"{entry!r:.80} in the channel routing has no match(): "
            "wrap consumers in route(), route_class() or as_route()"
        )

    @classmethod
    def normalise_re_arg(cls, value: Any) -> Any:
        """Return ``value`` as text where it is bytes, else as it is."""
        return normalise(value)


class Route:
    """A route from one or more channels to a consumer, perhaps only for some messages.

    Args:
        channels: A channel name, or an iterable of several; bytes are decoded as ASCII.
        consumer: What is called with the message, or its dotted path.
        **kwargs: Regular expressions that values of the message must match at their start;
            their named groups become keyword arguments of the consumer.

    Raises:
        ImproperlyConfigured: The consumer's dotted path leads nowhere.
        TypeError: The consumer is not callable, or an async function that is no application.
        ValueError: A filter has groups without a name.

    Source: Channels 1.1.8.
    """

    def __init__(self, channels: str | bytes | Iterable[Any], consumer: Any, **kwargs: Any) -> None:
        names = [channels] if isinstance(channels, str | bytes) else channels
        self.channels = [normalise(name) for name in names]
        self.consumer = self._resolve_consumer(consumer)
        # A modern consumer is driven in another way, by whatever runs this route.
        self._target = Application(self.consumer) if is_application(self.consumer) else None
        if self._target is None:
            _check_consumer(self.consumer, "/".join(self.channels))
        self.filters = Filters(kwargs)
        positional = [name for name, regex in self.filters.items() if _has_positional(regex)]
        if positional:
            raise ValueError(
                f"Filter for {positional[0]} on {self} contains positional groups; "
                "only named groups are allowed."
            )

    def _resolve_consumer(self, consumer: Any) -> Any:
        if not isinstance(consumer, str):
            return consumer
        refusal = f"Cannot import consumer {consumer!r}"
        return _import_variable(
            consumer, lambda error: with_note(ImproperlyConfigured(refusal), str(error))
        )

    def match(self, message: Message) -> Match | None:
        """Return ``(consumer, kwargs)`` if the message fits, else ``None``."""
        if message.channel.name not in self.channels:
            return None
        matches = self.filters.matches(message) if self.filters else {}
        if matches is None:
            return None
        target = self.consumer
        if self._target is not None:
            target = self._target.serving(message)
            if target is None:
                return None
        return target, captured(matches) if matches else {}

    def channel_names(self) -> set[str]:
        """The names of the channels this route serves."""
        return set(self.channels)

    def __str__(self) -> str:
        filters = f"({self.filters})" if self.filters else ""
        return f"{'/'.join(self.channels)} {filters} -> {name_that_thing(self.consumer)}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


def _has_positional(regex: re.Pattern[str]) -> bool:
    return regex.groups != len(regex.groupindex)


def _check_consumer(consumer: Any, channels: str) -> None:
    """Check what stands in a route and is no application.

    Raises:
        TypeError: It is not callable, or nobody would await what it returns.
    """
    if not callable(consumer):
        raise TypeError(
            f"The consumer for {channels} is not callable: "
            f"{consumer!r:.80}. Pass a function, a class or a dotted path to one."
        )
    if is_async(consumer) and not hasattr(consumer, "mock_calls"):
        raise TypeError(
            f"The consumer for {channels} is async, {name_that_thing(consumer)}: "
            "Channels 1 calls consumers with a message in a thread, and nobody would await it. "
            "Write it with def, as an ASGI application (async def f(scope, receive, send)), or as "
            "a consumer class of Channels 4"
        )


class RouteClass(Route):
    """A route to a class-based consumer, for the channels the class names itself.

    Args:
        consumer: A class with a ``channel_names()`` class method, or its dotted path.
        **kwargs: Filters, as for `Route`.

    Raises:
        ValueError: The consumer has no ``channel_names`` method.
        ImproperlyConfigured: The dotted path leads nowhere.

    Source: Channels 1.1.8.
    """

    def __init__(self, consumer: Any, **kwargs: Any) -> None:
        consumer = self._resolve_consumer(consumer)
        names = getattr(consumer, "channel_names", None)
        if names is None and is_application(consumer):
            super().__init__(channels_of(consumer), consumer, **kwargs)
            return
        if not callable(names):
            raise ValueError("The consumer passed to RouteClass has no valid channel_names method")
        super().__init__(names(), consumer, **kwargs)


class Include:
    """Routes from elsewhere, perhaps only for messages that begin with a prefix.

    Args:
        routing: What `Router` takes.
        **kwargs: Regular expressions for the start of values of the message. The routes
            inside see the rest of the value; named groups become keyword arguments.

    Raises:
        ImproperlyConfigured: The routing's dotted path leads nowhere.

    Source: Channels 1.1.8.
    """

    def __init__(self, routing: Any, **kwargs: Any) -> None:
        self.routing = Router.resolve_routing(routing)
        self.prefixes = Filters(kwargs)

    def match(self, message: Any) -> Match | None:
        """Return the first inner ``(consumer, kwargs)`` that fits, or ``None``."""
        if not self.prefixes:
            return self._first(message)
        matches = self.prefixes.matches(message)
        if matches is None:
            return None
        rest = {name: match.string[match.end() :] for name, match in matches.items()}
        if "path" in rest:
            # Under the name that modern routers know it by.
            rest["path_remaining"] = rest["path"]
        # Only routes see the shortened values; the consumer gets the message as it came.
        inner = self._first(message.replaced(rest))
        return inner and (inner[0], {**captured(matches), **inner[1]})

    def _first(self, message: Any) -> Match | None:
        """Return what the first inner route returns that fits, or ``None``."""
        for entry in self.routing:
            if found := entry.match(message):
                return found  # type: ignore[no-any-return]
        return None

    def channel_names(self) -> set[str]:
        """The names of all channels the routes inside serve."""
        return {name for entry in self.routing for name in entry.channel_names()}

    def __str__(self) -> str:
        prefix = f"({self.prefixes}) " if self.prefixes else ""
        return f"include {prefix}[{', '.join(map(str, self.routing))}]"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


def null_consumer(*args: Any, **kwargs: Any) -> None:
    """The consumer that does nothing."""


def connect_consumer(message: Message, *args: Any, **kwargs: Any) -> None:
    """The consumer that accepts every websocket."""
    assert message.reply_channel is not None
    message.reply_channel.send({"accept": True})


# In lower case they read like Django's URLs.
route = Route
route_class = RouteClass
include = Include
