"""``channel_layers``, ``ChannelLayerManager``, ``ChannelLayerWrapper``, ``get_channel_layer``."""

from asgiref.inmemory import ChannelLayer
from channels import DEFAULT_CHANNEL_LAYER, channel_layers, route
from channels.asgi import (
    ChannelLayerManager,
    ChannelLayerWrapper,
    InvalidChannelLayerError,
    get_channel_layer,
)
from channels.asgi import channel_layers as layers_of_asgi
from channels.routing import Router
from django.test.utils import override_settings

from tests.differential.recorder import bare, scenario


@bare
@scenario
def one_manager(t):
    t.note("same", channel_layers is layers_of_asgi)
    t.note("type", isinstance(channel_layers, ChannelLayerManager))
    t.note("default", DEFAULT_CHANNEL_LAYER)


@bare
@scenario
def builds_from_the_settings(t):
    manager = ChannelLayerManager()
    layer = manager["second"]
    t.note("type", type(layer).__name__)
    t.note("alias", layer.alias)
    t.note("routing", layer.routing)
    t.note("capacity", layer.capacity)
    t.note("once", manager["second"] is layer)
    t.note("backends", sorted(manager.backends))


@bare
@scenario
def contains(t):
    manager = ChannelLayerManager()
    t.note("known", ["default" in manager, "second" in manager, "missing" in manager])
    t.raises("missing", manager.__getitem__, "missing")
    t.note("configs", sorted(manager.configs))
    with override_settings(CHANNEL_LAYERS={}):
        t.note("empty", ["default" in manager, manager.configs])
        t.raises("empty", ChannelLayerManager().__getitem__, "default")


@bare
@scenario
def bad_settings(t):
    manager = ChannelLayerManager()
    for alias in ["no-backend", "no-routing", "bad-backend", "bad-routing"]:
        t.raises(alias, manager.__getitem__, alias)
    t.note("class", issubclass(InvalidChannelLayerError, ValueError))


@bare
@scenario
def test_backends(t):
    manager = ChannelLayerManager()
    layer = manager.make_test_backend("default")
    t.note("numbers", [layer.capacity, layer.expiry])
    t.note("not kept", sorted(manager.backends))
    t.raises("without TEST_CONFIG", manager.make_test_backend, "second")
    t.raises("missing", manager.make_test_backend, "missing")


@bare
@scenario
def make_backend(t):
    manager = ChannelLayerManager()
    layer = manager.make_backend("second")
    t.note("capacity", layer.capacity)
    t.note("another each time", manager.make_backend("second") is not layer)
    t.raises("missing", manager.make_backend, "missing")


@bare
@scenario
def setting_an_alias(t):
    manager = ChannelLayerManager()
    wrapper = ChannelLayerWrapper(ChannelLayer(), "mine", [])
    t.note("old", manager.set("mine", wrapper))
    t.note("new", manager["mine"] is wrapper)
    t.note("replaced", manager.set("mine", None) is wrapper)


@bare
@scenario
def wrapper(t):
    def consumer(message):
        pass

    raw = ChannelLayer(capacity=3)
    routing = [route("test", consumer)]
    layer = ChannelLayerWrapper(raw, "alias", routing)
    t.note("channel_layer", layer.channel_layer is raw)
    t.note("alias", layer.alias)
    t.note("routing", layer.routing is routing)
    t.note("router", [isinstance(layer.router, Router), layer.router.channels])
    t.note("str", str(layer))
    t.note("passes through", [layer.capacity, layer.extensions])
    layer.send("a", {"n": 1})
    t.note("raw", raw.receive(["a"]))
    t.raises("unknown attribute", getattr, layer, "nothing")


@bare
@scenario
def wrapper_keywords(t):
    layer = ChannelLayerWrapper(
        channel_layer=ChannelLayer(),
        alias="kw",
        routing={"test": "tests.differential.routing.echo"},
    )
    t.note("channels", layer.router.channels)
    t.raises(
        "bad routing",
        ChannelLayerWrapper,
        ChannelLayer(),
        "kw",
        "tests.differential.routing.missing",
    )


@bare
@scenario
def local_only(t):
    from tests.differential.layers import PlainLayer

    t.note("in memory", ChannelLayerWrapper(ChannelLayer(), "a", []).local_only())
    t.note("elsewhere", ChannelLayerWrapper(PlainLayer(), "a", []).local_only())


@scenario
def raw_layer(t):
    layer = get_channel_layer()
    t.note("raw", layer is channel_layers["default"].channel_layer)
    t.note("alias", get_channel_layer("second") is channel_layers["second"].channel_layer)
    t.note("keyword", get_channel_layer(alias="second") is channel_layers["second"].channel_layer)
    t.raises("missing", get_channel_layer, "missing")
    layer.send("a", {"n": 1})
    t.messages("a")
    for number in range(10):
        layer.send("full", {"n": number})
    try:
        layer.send("full", {})
    except get_channel_layer().ChannelFull:
        t.note("caught")


@scenario
def layer_of_the_test(t):
    layer = channel_layers["default"]
    t.note("type", type(layer).__name__)
    t.note("alias", layer.alias)
    t.note("local_only", layer.local_only())


@scenario
def str_of_the_layer_of_the_test(t):
    t.note("str", str(channel_layers["default"]))


@bare
@scenario
def project_entry_point(t):
    import channels.asgi

    t.note("get_channel_layer", callable(channels.asgi.get_channel_layer))
    t.note(
        "names",
        [
            hasattr(channels, name)
            for name in [
                "Channel",
                "Group",
                "route",
                "route_class",
                "include",
                "channel_layers",
                "DEFAULT_CHANNEL_LAYER",
            ]
        ],
    )
