"""``Message`` and the store of pending messages."""

from channels import Channel, Group, channel_layers
from channels.message import Message, PendingMessageStore, pending_message_store
from channels.signals import consumer_finished, consumer_started

from tests.differential.recorder import scenario


def make(content, name="the.channel"):
    return Message(content, name, channel_layers["default"])


@scenario
def attributes(t):
    message = make({"value": 1, "reply_channel": "reply.here"})
    t.note("content", message.content)
    t.note("channel", message.channel)
    t.note("reply channel", message.reply_channel)
    t.note("layer", message.channel_layer is channel_layers["default"])
    t.note("channel's layer", message.channel.channel_layer is channel_layers["default"])
    t.note(
        "reply channel's layer", message.reply_channel.channel_layer is channel_layers["default"]
    )


@scenario
def no_reply_channel(t):
    t.note("absent", make({}).reply_channel)
    t.note("None", make({"reply_channel": None}).reply_channel)
    t.note("empty", make({"reply_channel": ""}).reply_channel)


@scenario
def mapping_methods(t):
    message = make({"a": 1, "b": 2})
    t.note("getitem", message["a"])
    t.note("contains", ["a" in message, "c" in message])
    t.note("keys", list(message.keys()))
    t.note("values", list(message.values()))
    t.note("items", list(message.items()))
    t.note(
        "get",
        [message.get("a"), message.get("c"), message.get("c", 3), message.get("a", default=9)],
    )
    message["c"] = 3
    t.note("after setitem", message.content)
    t.raises("missing", message.__getitem__, "missing")


@scenario
def has_no_length_and_no_delete(t):
    message = make({"a": 1})
    t.raises_type("len", len, message)
    t.note("delitem", hasattr(message, "__delitem__"))
    t.note("truth", bool(make({})))


@scenario
def copy_is_deep(t):
    message = make({"list": [1], "reply_channel": "r"})
    copied = message.copy()
    copied["list"].append(2)
    copied["new"] = True
    t.note("original", message)
    t.note("copy", copied)
    t.note("reply channel", copied.reply_channel)
    t.note("layer", copied.channel_layer is message.channel_layer)


@scenario
def copy_of_a_subclass(t):
    class Special(Message):
        pass

    special = Special({"a": 1}, "name", channel_layers["default"])
    t.note("class", type(special.copy()).__name__)


@scenario
def content_is_not_copied(t):
    content = {"a": 1}
    message = make(content)
    message["b"] = 2
    t.note("the dict given", content)
    t.note("same", message.content is content)


@scenario
def content_that_is_no_dict(t):
    t.raises_type("None", make, None)
    t.raises_type("text", make, "text")


@scenario
def channel_name_as_bytes(t):
    t.note("channel", make({}, b"bytes.channel").channel)
    t.note("reply channel", make({"reply_channel": b"bytes.reply"}).reply_channel)


@scenario
def setting_attributes(t):
    message = make({})
    message.anything = 1
    t.note("attribute", message.anything)
    t.note("copied", hasattr(message.copy(), "anything"))


@scenario
def replying(t):
    make({"reply_channel": "back"}).reply_channel.send({"value": 1})
    t.messages("back")


@scenario
def store_constants(t):
    t.note("retry time", PendingMessageStore.retry_time)
    t.note("retry interval", PendingMessageStore.retry_interval)
    t.note("instance", isinstance(pending_message_store, PendingMessageStore))
    t.note("active", pending_message_store.active)


@scenario
def store_keeps_order_of_channels_and_groups(t):
    Group("g").add("out")
    consumer_started.send(sender=None)
    Channel("out").send({"n": 1})
    Group("g").send({"n": 2})
    Channel("out").send({"n": 3})
    t.messages("out")
    consumer_finished.send(sender=None)
    t.messages("out")


@scenario
def finishing_twice(t):
    consumer_started.send(sender=None)
    Channel("out").send({"n": 1})
    consumer_finished.send(sender=None)
    t.raises_type("flush without a start", pending_message_store.send_and_flush)
    t.messages("out")


@scenario
def starting_again_forgets(t):
    consumer_started.send(sender=None)
    Channel("out").send({"n": 1})
    consumer_started.send(sender=None)
    Channel("out").send({"n": 2})
    consumer_finished.send(sender=None)
    t.messages("out")


@scenario
def pending_content_is_the_senders_until_flush(t):
    content = {"list": [1]}
    consumer_started.send(sender=None)
    Channel("out").send(content)
    content["list"].append(2)
    consumer_finished.send(sender=None)
    content["list"].append(3)
    t.messages("out")


@scenario
def append_by_hand(t):
    pending_message_store.prepare()
    pending_message_store.append(Channel("out"), {"n": 1})
    pending_message_store.send_and_flush()
    t.messages("out")
    t.raises_type("inactive", pending_message_store.append, Channel("out"), {"n": 1})


@scenario
def flush_onto_a_full_channel(t):
    with t.clock():
        for number in range(10):
            Channel("full").send({"n": number})
        pending_message_store.prepare()
        Channel("first").send({"n": 0})
        Channel("full").send({"n": 10})
        t.raises("flush", pending_message_store.send_and_flush)
        t.messages("first")
        t.messages("full")


@scenario
def eleven_pending_messages(t):
    with t.clock():
        pending_message_store.prepare()
        for number in range(11):
            Channel("burst").send({"n": number})
        t.raises("flush", pending_message_store.send_and_flush)
        t.messages("burst")


@scenario
def full_reply_channel_in_a_flush(t):
    with t.clock():
        for number in range(10):
            Channel("back").send({"n": number})
        pending_message_store.prepare()
        make({"reply_channel": "back"}).reply_channel.send({"n": 10})
        t.raises("flush", pending_message_store.send_and_flush)


@scenario
def pending_errors_appear_at_flush(t):
    pending_message_store.prepare()
    t.raises("delayed", Channel("bad name").send, {"n": 1})
    t.raises("flush", pending_message_store.send_and_flush)


@scenario
def checks_of_content_are_not_delayed(t):
    pending_message_store.prepare()
    t.raises("channel", Channel("name").send, "text")
    t.raises("group", Group("name").send, "text")


@scenario
def pending_is_per_thread(t):
    import threading

    pending_message_store.prepare()
    seen = []
    thread = threading.Thread(target=lambda: seen.append(pending_message_store.active))
    thread.start()
    thread.join()
    t.note("other thread", seen)
    t.note("this thread", pending_message_store.active)
