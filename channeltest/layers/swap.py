"""`LayerSwap`: replaces the configured layers by captive ones, and restores them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import channel_layers as modern_layers
from channels.routing import get_default_application
from django.conf import settings
from django.core.signals import setting_changed

from ..compat.asgi import ChannelLayerWrapper, InvalidChannelLayerError, channel_layers
from ..compat.inmemory import ChannelLayer
from ..compat.message import Message
from ..compat.pending import pending_message_store
from ..compat.routing import Include, Match, Router
from .captive import CaptiveLayer, options_of, swaps
from .modern_face import ConsumersLayer
from .wire import Wire

# How often captive layers were put in place under an alias, or taken away.
exchanges: Counter[str] = Counter()


class DefaultApplication:
    """The route of a layer whose setting has no ``ROUTING``, as at the end of a port.

    The application is imported when the first message is matched: tests that apply routes of their
    own need no application.

    Args:
        alias: The layer's alias, for the description.
    """

    def __init__(self, alias: str) -> None:
        self._alias = alias
        self._application: Any = None
        self._routes: list[Any] = []

    def match(self, message: Message) -> Match | None:
        """Return what serves ``message``, or ``None`` if nothing does.

        Raises:
            ImproperlyConfigured: ``ASGI_APPLICATION`` cannot be imported.
        """
        if getattr(settings, "ASGI_APPLICATION", None) is None:
            return None
        application = get_default_application()
        if application is not self._application:
            self._application, self._routes = application, Router.resolve_routing(application)
        for route in self._routes:
            match: Match | None = route.match(message)
            if match is not None:
                return match
        return None

    def channel_names(self) -> set[str]:
        """Return no channels: the application, which has them, may not be imported yet."""
        return set()

    def __str__(self) -> str:
        named = getattr(settings, "ASGI_APPLICATION", None)
        if named is None:
            return (
                f"none: the layer {self._alias!r} has no ROUTING in CHANNEL_LAYERS, and the "
                "settings have no ASGI_APPLICATION. Set one of them, or apply routes with "
                "apply_routes()"
            )
        return f"ASGI_APPLICATION {named!r}"


class _Faces(NamedTuple):
    """The layers of one alias in the registries of Channels 1 and of Channels 4, or ``None``."""

    old: ChannelLayerWrapper | None
    modern: Any
    # The router that a captive layer was made with; `apply_routes` replaces it.
    router: Router | None = None


class LayerSwap:
    """Replaces the configured layers by captive ones, from `start` to `stop`.

    The configured layers are neither made nor used. Of their settings only ``ROUTING`` is read, or
    the numbers in ``CONFIG`` if there is no ``ROUTING``. A layer without ``ROUTING`` routes its
    messages to ``ASGI_APPLICATION``.

    Meanwhile ``override_settings(CHANNEL_LAYERS=…)`` puts other captive layers in place, with the
    routing of the new settings. At its end the former captive layers are restored, with their
    messages and groups.

    Args:
        aliases: The aliases of ``CHANNEL_LAYERS`` to replace; ``None`` for all.
        wire: The mode of the captive layers' wire.
        channels1: Give every layer the numbers of Channels 1's test cases (10 messages a channel).
            Otherwise a layer without ``ROUTING`` has those of its ``CONFIG``, or Channels 4's.
        skips_unknown: Leave out aliases that the settings do not name.
        make: Makes the layers, instead of `CaptiveLayer`.
    """

    def __init__(
        self,
        aliases: Iterable[str] | None,
        wire: Wire = "lenient",
        channels1: bool = False,
        skips_unknown: bool = False,
        make: Callable[[], Any] | None = None,
    ) -> None:
        self._aliases = None if aliases is None else list(aliases)
        self._wire: Wire = wire
        self._channels1 = channels1
        self._skips_unknown = skips_unknown
        self._make = make
        self._before: dict[str, _Faces] = {}
        # One for the settings as they were at the start, and one for each override since.
        self._placed: list[dict[str, _Faces]] = []

    def start(self) -> None:
        """Put the captive layers in place, each with a routing list of its own.

        Raises:
            KeyError: No layer has one of the aliases.
            ImproperlyConfigured: A layer's ``ROUTING`` cannot be imported.
        """
        placed = {
            alias: self._new(alias, channel_layers.backends.get(alias))
            for alias in self._known_aliases(self._skips_unknown)
        }
        self._place(placed)
        swaps.append(self)

    def check_aliases(self) -> None:
        """Check that the settings name every alias, if unknown ones were left out.

        Raises:
            KeyError: No layer has one of the aliases.
        """
        self._known_aliases(skips_unknown=False)

    def stop(self) -> None:
        """Restore what was there before `start`.

        The messages that a consumer has sent, and that wait until it finishes, are dropped.
        """
        swaps.remove(self)
        pending_message_store.discard()
        for alias, faces in self._before.items():
            _put(alias, faces)
        self._before.clear()
        self._placed.clear()

    def follow_override(self, begins: bool) -> None:
        """Follow a change of ``CHANNEL_LAYERS`` in the settings."""
        if not begins and len(self._placed) > 1:
            for alias in self._placed.pop():
                _put(alias, self._before[alias])
            self.put()
            return
        if not begins:
            # The override began before this swap, and ends before it.
            self._placed.clear()
        placed = {
            alias: self._new(alias, self._with_applied_routes(alias))
            for alias in self._known_aliases(skips_unknown=True)
        }
        self._place(placed)

    def layer(self, alias: str) -> Any:
        """Return the captive layer that this swap has for an alias now, or ``None``."""
        faces = self._placed[-1].get(alias)
        return None if faces is None or faces.old is None else faces.old.channel_layer

    def put(self) -> None:
        """Put the layers of this swap in place again."""
        for alias, faces in self._placed[-1].items():
            _put(alias, faces)

    def _place(self, placed: dict[str, _Faces]) -> None:
        for alias, faces in placed.items():
            if alias not in self._before:
                self._before[alias] = _in_place(alias)
            _put(alias, faces)
        self._placed.append(placed)

    def _known_aliases(self, skips_unknown: bool) -> list[str]:
        known = all_aliases()
        if self._aliases is None:
            return known
        if not skips_unknown:
            for alias in self._aliases:
                if alias not in known:
                    # Raises the error, which names the aliases that there are.
                    channel_layers.routing(alias)
        return [alias for alias in self._aliases if alias in known]

    def _new(self, alias: str, current: ChannelLayerWrapper | None) -> _Faces:
        layer = self._make() if self._make else CaptiveLayer(self._wire, **self._options(alias))
        # Routes that are added to the layer in place, or to the list of the settings, are seen
        # through the Include.
        routing = _routing(alias) if current is None else current.routing
        seen = Include(routing) if current is None else current.router.root
        wrapper = ChannelLayerWrapper(layer, alias, [seen])
        wrapper.routing = list(routing) if isinstance(routing, list | tuple) else routing
        modern = ConsumersLayer(layer) if isinstance(layer, ChannelLayer) else None
        return _Faces(wrapper, modern, wrapper.router)

    def _with_applied_routes(self, alias: str) -> ChannelLayerWrapper | None:
        """Return the layer in place if a test has applied routes to it, else ``None``."""
        faces = self._placed[-1].get(alias) if self._placed else None
        if faces is None or faces.old is None or faces.old.router is faces.router:
            return None
        return faces.old

    def _options(self, alias: str) -> dict[str, Any]:
        if self._channels1:
            return {}
        config = channel_layers.configs.get(alias, {})
        return {} if "ROUTING" in config else options_of(config.get("CONFIG", {}))


def _routing(alias: str) -> Any:
    """Return the ``ROUTING`` of a layer's setting, or the route to ``ASGI_APPLICATION``."""
    try:
        return channel_layers.routing(alias)
    except (InvalidChannelLayerError, KeyError):
        return [DefaultApplication(alias)]


def _in_place(alias: str) -> _Faces:
    """Return the layers that are in place under an alias."""
    return _Faces(channel_layers.backends.get(alias), modern_layers.backends.get(alias))


def _put(alias: str, faces: _Faces) -> None:
    """Put layers in place under an alias, or none."""
    exchanges[alias] += 1
    channel_layers.set(alias, faces.old)
    if faces.modern is None:
        modern_layers.backends.pop(alias, None)
    else:
        modern_layers.backends[alias] = faces.modern


def _follow_settings(*, setting: str, enter: bool, **kwargs: Any) -> None:
    """Receive Django's ``setting_changed``, after Channels, which forgets its layers then."""
    if setting != "CHANNEL_LAYERS":
        return
    # The layers of the former settings, as Channels 4 does.
    channel_layers.backends.clear()
    if not swaps:
        return
    for swap in swaps[:-1]:
        swap.put()
    swaps[-1].follow_override(enter)


setting_changed.connect(_follow_settings, dispatch_uid="channeltest.layers.swap")


def outer_layers(alias: str) -> list[Any]:
    """Return the captive layers of an alias that were in place before those of the running test.

    Messages that a class sends while it is set up, in ``setUpTestData`` for example, are on these.
    """
    hidden = [swap.layer(alias) for swap in swaps[:-1]]
    return [layer for layer in hidden if layer is not None]


def all_aliases() -> list[str]:
    """Return the aliases in ``CHANNEL_LAYERS``, and always the default alias."""
    return list({DEFAULT_CHANNEL_LAYER: {}, **channel_layers.configs})
