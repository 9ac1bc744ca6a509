"""``Channel``: sending, at once and delayed."""

from channels import DEFAULT_CHANNEL_LAYER, Channel, channel_layers
from channels.channel import Channel as ChannelFromModule
from channels.message import pending_message_store

from tests.differential.recorder import scenario


@scenario
def sends_a_dict(t):
    Channel("some-channel").send({"foo": "bar", "number": 1})
    t.messages("some-channel")
    t.messages("some-channel")


@scenario
def is_one_class(t):
    t.note("same", Channel is ChannelFromModule)
    t.note("default alias", DEFAULT_CHANNEL_LAYER)


@scenario
def name_and_str(t):
    channel = Channel("a.channel")
    t.note("name", channel.name)
    t.note("str", str(channel))
    t.note("layer is the alias's", channel.channel_layer is channel_layers["default"])


@scenario
def name_as_bytes(t):
    channel = Channel(b"from-bytes")
    t.note("name", channel.name)
    channel.send({"value": 1})
    t.messages("from-bytes")


@scenario
def name_as_non_ascii_bytes(t):
    t.raises_type("constructor", Channel, "ch\u00e4nnel".encode("utf8"))


@scenario
def keeps_order(t):
    for number in range(5):
        Channel("fifo").send({"number": number})
    t.messages("fifo")


@scenario
def content_of_every_wire_type(t):
    Channel("types").send(
        {
            "none": None,
            "true": True,
            "int": 2**40,
            "float": 1.5,
            "text": "\u00a3 \U0001f612",
            "bytes": b"\x00\xff",
            "list": [1, [2, [3]]],
            "dict": {"a": {"b": "c"}},
            "empty": {},
        }
    )
    t.messages("types")


@scenario
def tuples_stay_tuples(t):
    Channel("types").send({"tuple": (1, (2, 3))})
    t.messages("types")


@scenario
def dict_subclasses_are_content(t):
    class Content(dict):
        pass

    Channel("subclass").send(Content(value=1))
    t.messages("subclass")


@scenario
def empty_content(t):
    Channel("empty").send({})
    t.messages("empty")


@scenario
def later_changes_do_not_reach_the_queue(t):
    content = {"list": [1]}
    Channel("copied").send(content)
    content["list"].append(2)
    content["new"] = True
    t.messages("copied")
    t.note("sender's", content)


@scenario
def two_receivers_share_nothing(t):
    content = {"list": [1]}
    Channel("copied").send(content)
    Channel("copied").send(content)
    first = t.case.get_next_message("copied")
    first["list"].append(2)
    t.note("first", first)
    t.note("second", t.case.get_next_message("copied"))


@scenario
def content_that_is_no_dict(t):
    channel = Channel("bad")
    for content in ["text", None, [("a", 1)], 1, b"bytes", object()]:
        t.raises("send %s" % type(content).__name__, channel.send, content)
        t.raises("immediately %s" % type(content).__name__, channel.send, content, immediately=True)
    t.messages("bad")


@scenario
def invalid_names_fail_on_send(t):
    for name in [
        "with space",
        "",
        "a" * 100,
        "sl/ash",
        "col:on",
        "a!b!c",
        "a?b?c",
        "t\u00e9l\u00e9",
        "single?",
    ]:
        t.raises("send to %r" % name, Channel(name).send, {"value": 1})


@scenario
def valid_names(t):
    for name in [
        "a",
        "A.b-c_d.9",
        "a" * 99,
        "process!",
        "process!local",
        "single?reader",
        "9",
        "-",
        ".",
    ]:
        t.raises("send to %r" % name, Channel(name).send, {"value": 1})


@scenario
def none_as_a_name(t):
    channel = Channel(None)
    t.note("name", channel.name)
    t.raises_type("send", channel.send, {"value": 1})


@scenario
def unknown_alias(t):
    t.raises("constructor", Channel, "name", alias="missing")


@scenario
def another_alias(t):
    Channel("shared", alias="second").send({"value": 2})
    t.messages("shared")
    t.messages("shared", alias="second")


@scenario
def channel_layer_argument_wins(t):
    channel = Channel("direct", alias="missing", channel_layer=channel_layers["second"])
    channel.send({"value": 1})
    t.messages("direct", alias="second")


@scenario
def raw_layer_as_argument(t):
    channel = Channel("direct", channel_layer=channel_layers["default"].channel_layer)
    channel.send({"value": 1})
    t.messages("direct")


@scenario
def full_channel(t):
    for number in range(10):
        Channel("full").send({"number": number})
    channel = Channel("full")
    t.raises("eleventh", channel.send, {"number": 10})
    try:
        channel.send({"number": 11})
    except channel.channel_layer.ChannelFull as error:
        t.note("caught", error)
    t.messages("full")
    channel.send({"number": 12})
    t.messages("full")


@scenario
def reserved_key(t):
    t.raises("send", Channel("reserved").send, {"__asgi_channel__": "x"})
    t.messages("reserved")


@scenario
def process_local_names_share_a_queue(t):
    Channel("local!a").send({"to": "a"})
    Channel("local!b").send({"to": "b"})
    t.note("first", t.case.get_next_message("local!"))
    t.note("second", t.case.get_next_message("local!"))
    t.note("third", t.case.get_next_message("local!"))


@scenario
def content_that_no_wire_carries(t):
    from tests.differential.app.models import IntegerValue

    value = IntegerValue(name="unsaved", value=3)
    Channel("objects").send({"value": value, "set": {1, 2}})
    content = t.case.get_next_message("objects").content
    t.note("type", type(content["value"]).__name__)
    t.note("a copy", content["value"] is not value)
    t.note("field", content["value"].value)
    t.note("set", content["set"])


@scenario
def keys_that_are_no_text(t):
    Channel("keys").send({1: "one", "nested": {2: "two", (3, 4): "three"}})
    t.messages("keys")


@scenario
def delayed_only_while_the_store_is_active(t):
    t.note("active", pending_message_store.active)
    pending_message_store.prepare()
    t.note("active", pending_message_store.active)
    Channel("delayed").send({"value": 1})
    t.messages("delayed")
    Channel("delayed").send({"value": 2}, immediately=True)
    t.messages("delayed")
    pending_message_store.send_and_flush()
    t.note("active", pending_message_store.active)
    t.messages("delayed")
