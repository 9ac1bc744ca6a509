"""``asgiref.inmemory.ChannelLayer``, ``asgiref.base_layer`` and the layer of the test."""

import re
import warnings

from asgiref.base_layer import BaseChannelLayer
from asgiref.inmemory import ChannelLayer
from channels import channel_layers

from tests.differential.recorder import scenario


def each(run):
    """Runs a scenario's body on a layer of its own making and on the layer of the test."""

    def both(t):
        run(t, ChannelLayer())
        run(t, channel_layers["default"])

    both.__name__, both.__module__ = run.__name__, run.__module__
    return scenario(both)


@each
def send_and_receive(t, layer):
    layer.send("a", {"n": 1})
    layer.send("a", {"n": 2})
    layer.send("b", {"n": 3})
    t.note("a", layer.receive(["a"]))
    t.note("b", layer.receive(["b"]))
    t.note("a", layer.receive(["a", "b"]))
    t.note("empty", layer.receive(["a", "b"]))
    t.note("blocking", layer.receive(["a"], block=True))


@each
def receive_many_is_deprecated(t, layer):
    layer.send("a", {"n": 1})
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        t.note("received", layer.receive_many(["a"]))
        t.note("block", layer.receive_many(["a"], block=False))
    t.note("warnings", sorted({"%s: %s" % (w.category.__name__, w.message) for w in caught}))


@each
def constructor_defaults(t, layer):
    t.note("numbers", [layer.expiry, layer.group_expiry, layer.capacity, layer.channel_capacity])
    t.note("extensions", list(layer.extensions))
    t.note(
        "exceptions",
        [issubclass(layer.ChannelFull, Exception), issubclass(layer.MessageTooLarge, Exception)],
    )
    t.note("names", [layer.ChannelFull.__name__, layer.MessageTooLarge.__name__])


@scenario
def constructor_arguments(t):
    layer = ChannelLayer(expiry=5, group_expiry=6, capacity=2, channel_capacity={"big*": 100})
    t.note("numbers", [layer.expiry, layer.group_expiry, layer.capacity])
    t.note(
        "pattern",
        [
            [bool(pattern.match("bigger")), bool(pattern.match("small")), n]
            for pattern, n in layer.channel_capacity
        ],
    )
    layer.send("a", {})
    layer.send("a", {})
    t.raises("third", layer.send, "a", {})
    t.note("get_capacity", [layer.get_capacity("bigger"), layer.get_capacity("a")])
    t.raises_type("unknown", ChannelLayer, nothing=1)


@scenario
def capacities_of_channels(t):
    layer = BaseChannelLayer(capacity=5, channel_capacity={re.compile(r"^a\d$"): 1, "b?": 2})
    for name in ["a1", "a12", "b1", "b12", "c"]:
        t.note(name, layer.get_capacity(name))
    t.note("default", BaseChannelLayer().capacity)


@scenario
def channel_capacity_on_send(t):
    layer = ChannelLayer(capacity=2, channel_capacity={"big": 4})
    for number in range(5):
        t.raises("send %s" % number, layer.send, "big", {})


@each
def full(t, layer):
    for number in range(10):
        layer.send("full", {"n": number})
    t.raises("eleventh", layer.send, "full", {"n": 10})
    t.note("type", layer.ChannelFull is BaseChannelLayer.ChannelFull)
    layer.receive(["full"])
    t.raises("after a receive", layer.send, "full", {"n": 11})


@each
def process_local_channels_share_capacity(t, layer):
    for number in range(10):
        layer.send("local!%s" % number, {"n": number})
    t.raises("eleventh", layer.send, "local!new", {"n": 10})
    t.note("first", layer.receive(["local!"]))


@each
def bad_sends(t, layer):
    t.raises("list", layer.send, "a", [1])
    t.raises("None", layer.send, "a", None)
    t.raises("reserved", layer.send, "a", {"__asgi_channel__": "b"})
    t.raises("name", layer.send, "in valid", {})
    t.raises_type("bytes name", layer.send, b"bytes", {})
    t.raises("group list", layer.send_group, "g", [1])
    t.raises("group name", layer.send_group, "in valid", {})


@each
def bad_receives(t, layer):
    t.raises("name", layer.receive, ["in valid"])
    t.raises("local", layer.receive, ["local!name"])
    t.raises("single", layer.receive, ["single?"])
    t.raises("none", layer.receive, [])
    t.raises("text", layer.receive, "ab")


@each
def new_channels(t, layer):
    name = layer.new_channel("test.foo?")
    t.note("prefix", name[:9])
    t.note("length", len(name))
    t.note("letters", name[9:].isalpha())
    t.note("different", layer.new_channel("test.foo?") != name)
    layer.send(name, {"n": 1})
    t.note("received", layer.receive([name])[1])
    for pattern in ["test!", "test.foo", ""]:
        t.raises("pattern %r" % pattern, layer.new_channel, pattern)
    t.raises("bytes", layer.new_channel, b"test?")


@each
def groups(t, layer):
    layer.group_add("g", "a")
    layer.group_add("g", "b")
    layer.group_add("g", "a")
    t.note("channels", sorted(layer.group_channels("g")))
    layer.send_group("g", {"n": 1})
    t.note("a", layer.receive(["a"]))
    t.note("b", layer.receive(["b"]))
    layer.group_discard("g", "a")
    layer.group_discard("g", "nobody")
    layer.group_discard("nothing", "a")
    t.note("channels", sorted(layer.group_channels("g")))
    t.note("unknown", sorted(layer.group_channels("nothing")))
    layer.group_discard("g", "b")
    t.note("empty", sorted(layer.group_channels("g")))


@each
def bad_groups(t, layer):
    t.raises("add group", layer.group_add, "in valid", "a")
    t.raises("add channel", layer.group_add, "g", "in valid")
    t.raises("discard group", layer.group_discard, "in valid", "a")
    t.raises("discard channel", layer.group_discard, "g", "in valid")
    t.note("channels of an invalid name", sorted(layer.group_channels("in valid")))


@each
def flush(t, layer):
    layer.send("a", {"n": 1})
    layer.group_add("g", "a")
    layer.flush()
    t.note("a", layer.receive(["a"]))
    t.note("g", sorted(layer.group_channels("g")))


@each
def expiry_of_messages(t, layer):
    with t.clock() as clock:
        layer.send("a", {"n": 1})
        clock.sleep(30)
        layer.send("a", {"n": 2})
        clock.sleep(29.5)
        t.note("not yet", layer.receive(["a"]))
        layer.send("b", {"n": 3})
        clock.sleep(31)
        t.note("expired", layer.receive(["a"]))
        t.note("younger", layer.receive(["b"]))


@each
def expired_messages_free_capacity_on_receive(t, layer):
    with t.clock() as clock:
        for number in range(10):
            layer.send("a", {"n": number})
        clock.sleep(61)
        t.raises("still full", layer.send, "a", {"n": 10})
        t.note("receive", layer.receive(["other"]))
        t.raises("free", layer.send, "a", {"n": 11})


@each
def expired_message_leaves_groups(t, layer):
    with t.clock() as clock:
        layer.group_add("one", "a")
        layer.group_add("two", "a")
        layer.group_add("two", "b")
        layer.send("a", {"n": 1})
        clock.sleep(61)
        layer.receive(["other"])
        t.note("groups", [sorted(layer.group_channels("one")), sorted(layer.group_channels("two"))])


@each
def expiry_of_memberships(t, layer):
    with t.clock() as clock:
        layer.group_add("g", "a")
        clock.sleep(40000)
        layer.group_add("g", "b")
        clock.sleep(46401)
        layer.send_group("g", {"n": 1})
        t.note("g", sorted(layer.group_channels("g")))
        t.note("messages", [layer.receive(["a"]), layer.receive(["b"])])


@each
def messages_are_copies(t, layer):
    message = {"list": [1]}
    layer.send("a", message)
    message["list"].append(2)
    t.note("received", layer.receive(["a"]))
    layer.group_add("g", "a")
    layer.group_add("g", "b")
    layer.send_group("g", {"list": []})
    layer.receive(["a"])[1]["list"].append(1)
    t.note("other", layer.receive(["b"]))


@each
def strings(t, layer):
    layer.send(
        "a",
        {
            "values": {
                "bytes": b"\xc2\xa3",
                "text": "\u00a3",
                "emoji": "\U0001f612",
                "control": b"\x01\x00",
            }
        },
    )
    t.note("received", layer.receive(["a"]))


@each
def names(t, layer):
    for name in [
        "a",
        "a.b-c_d",
        "a!",
        "a!b",
        "a?b",
        "a" * 99,
        "\u00e9",
        "",
        "a" * 100,
        "a b",
        "a?",
        "a!b!",
        "a/b",
    ]:
        t.raises("channel %r" % name, layer.valid_channel_name, name)
        t.raises("receive %r" % name, layer.valid_channel_name, name, receive=True)
        t.raises("group %r" % name, layer.valid_group_name, name)
    t.raises_type("bytes", layer.valid_channel_name, b"a")
    t.raises_type("None", layer.valid_channel_name, None)


@each
def lists_of_names(t, layer):
    for channels in [["a"], ["a", "b!"], [], None, ("a",), "a"]:
        t.raises("names %r" % (channels,), layer.valid_channel_names, channels)
    t.raises("receive", layer.valid_channel_names, ["a!b"], receive=True)


@each
def non_local_names(t, layer):
    t.note("names", [layer.non_local_name(name) for name in ["a", "a!b", "a!", "a?b", "a!b!c"]])


@scenario
def base_layer_is_abstract(t):
    layer = BaseChannelLayer()
    for name, arguments in [
        ("send", ("a", {})),
        ("receive", (["a"],)),
        ("new_channel", ("a?",)),
        ("group_add", ("g", "a")),
        ("group_discard", ("g", "a")),
        ("group_channels", ("g",)),
        ("send_group", ("g", {})),
        ("flush", ()),
    ]:
        t.raises(name, getattr(layer, name), *arguments)
    t.note("extensions", layer.extensions)
    t.note("subclass", issubclass(ChannelLayer, BaseChannelLayer))
    t.note("error", layer.invalid_name_error)
    t.note("regexes", [layer.channel_name_regex.pattern, layer.group_name_regex.pattern])


@scenario
def layers_are_apart(t):
    one, two = ChannelLayer(), ChannelLayer()
    one.send("a", {"n": 1})
    t.note("two", two.receive(["a"]))
    t.note("one", one.receive(["a"]))


@scenario
def subclass_of_a_layer(t):
    class Counting(ChannelLayer):
        sent = 0

        def send(self, channel, message):
            self.sent += 1
            super().send(channel, message)

    layer = Counting(capacity=100)
    layer.group_add("g", "a")
    layer.send("a", {})
    layer.send_group("g", {})
    t.note("sent", layer.sent)


@scenario
def module_instance(t):
    import asgiref.inmemory

    t.note("type", isinstance(asgiref.inmemory.channel_layer, ChannelLayer))
    t.note("class", ChannelLayer)


@each
def groups_of_full_channels(t, layer):
    layer.group_add("g", "a")
    for number in range(11):
        layer.send_group("g", {"n": number})
    received = []
    while True:
        channel, message = layer.receive(["a"])
        if channel is None:
            break
        received.append(message["n"])
    t.note("received", received)


@each
def several_channels_at_once(t, layer):
    for number in range(3):
        layer.send("a", {"n": number})
        layer.send("b", {"n": number})
    received = {"a": [], "b": []}
    for _ in range(6):
        channel, message = layer.receive(["a", "b"])
        received[channel].append(message["n"])
    t.note("each in order", received)
