"""``Group``: membership and delivery."""

from channels import Channel, Group, channel_layers
from channels.channel import Group as GroupFromModule
from channels.message import pending_message_store

from tests.differential.recorder import scenario


@scenario
def reaches_every_member(t):
    Group("test-group").add("test-channel")
    Group("test-group").add("other-channel")
    Group("test-group").send({"value": 42})
    t.messages("test-channel")
    t.messages("other-channel")
    t.note("one class", Group is GroupFromModule)


@scenario
def adds_channel_objects_and_names(t):
    group = Group("mixed")
    group.add(Channel("as-object"))
    group.add("as-name")
    t.group("mixed")
    group.discard(Channel("as-name"))
    group.discard("as-object")
    t.group("mixed")


@scenario
def membership_is_a_set(t):
    Group("set").add("member")
    Group("set").add("member")
    Group("set").send({"value": 1})
    t.messages("member")


@scenario
def discarding_a_stranger(t):
    t.raises("no group", Group("nobody").discard, "stranger")
    Group("somebody").add("member")
    t.raises("no member", Group("somebody").discard, "stranger")
    t.group("somebody")


@scenario
def empty_group(t):
    t.raises("send", Group("empty").send, {"value": 1})
    t.group("empty")


@scenario
def members_share_nothing(t):
    Group("copies").add("one")
    Group("copies").add("two")
    Group("copies").send({"list": [1]})
    t.case.get_next_message("one")["list"].append(2)
    t.messages("two")


@scenario
def content_that_is_no_dict(t):
    for content in ["text", None, [1], 1]:
        t.raises("send %s" % type(content).__name__, Group("bad").send, content)
        t.raises(
            "immediately %s" % type(content).__name__, Group("bad").send, content, immediately=True
        )


@scenario
def invalid_names(t):
    for name in ["with space", "", "a" * 100, "local!", "single?", "t\u00e9l\u00e9"]:
        t.raises("add to %r" % name, Group(name).add, "member")
        t.raises("discard from %r" % name, Group(name).discard, "member")
        t.raises("send to %r" % name, Group(name).send, {"value": 1})


@scenario
def invalid_members(t):
    for name in ["with space", "", "a" * 100, "single?"]:
        t.raises("add %r" % name, Group("valid").add, name)
        t.raises("discard %r" % name, Group("valid").discard, name)
    t.raises_type("add None", Group("valid").add, None)


@scenario
def name_as_bytes(t):
    group = Group(b"bytes-group")
    t.note("name", group.name)
    group.add("member")
    t.group("bytes-group")


@scenario
def unknown_alias(t):
    t.raises("constructor", Group, "name", alias="missing")


@scenario
def another_alias(t):
    Group("shared", alias="second").add("member")
    Group("shared").send({"value": 1})
    Group("shared", alias="second").send({"value": 2})
    t.messages("member")
    t.messages("member", alias="second")


@scenario
def channel_layer_argument(t):
    group = Group("direct", channel_layer=channel_layers["second"])
    group.add("member")
    group.send({"value": 1})
    t.messages("member", alias="second")


@scenario
def full_members_lose_messages(t):
    Group("busy").add("slow")
    Group("busy").add("fast")
    for number in range(10):
        Channel("slow").send({"number": number})
    t.raises("send", Group("busy").send, {"value": 1})
    t.messages("slow")
    t.messages("fast")


@scenario
def process_local_members(t):
    Group("locals").add("process!one")
    Group("locals").add("process!two")
    Group("locals").send({"value": 1})
    t.group("locals")
    received = [channel_layers["default"].receive(["process!"]) for _ in range(3)]
    t.note("received", sorted(received, key=str))


@scenario
def delayed_inside_a_consumer(t):
    Group("later").add("member")
    pending_message_store.prepare()
    Group("later").send({"value": 1})
    t.messages("member")
    Group("later").send({"value": 2}, immediately=True)
    t.messages("member")
    pending_message_store.send_and_flush()
    t.messages("member")


@scenario
def delayed_sends_see_the_group_at_flush(t):
    Group("later").add("leaves")
    pending_message_store.prepare()
    Group("later").send({"value": 1})
    Group("later").discard("leaves")
    Group("later").add("joins")
    pending_message_store.send_and_flush()
    t.messages("leaves")
    t.messages("joins")


@scenario
def subclasses(t):
    class Shouting(Group):
        def send(self, content, immediately=False):
            content = {key: str(value).upper() for key, value in content.items()}
            super().send(content, immediately=immediately)

    Group("loud").add("member")
    Shouting("loud").send({"text": "hey"})
    pending_message_store.prepare()
    Shouting("loud").send({"text": "delayed"})
    pending_message_store.send_and_flush()
    t.messages("member")


@scenario
def groups_are_apart(t):
    Group("red").add("red-member")
    Group("blue").add("blue-member")
    Group("red").send({"value": "red"})
    t.messages("red-member")
    t.messages("blue-member")


@scenario
def message_without_a_reply_channel(t):
    Group("plain").add("member")
    Group("plain").send({"reply_channel": "elsewhere"})
    message = t.case.get_next_message("member")
    t.note("reply channel", message.reply_channel)
    t.note("channel", message.channel)


@scenario
def messages_expire_members_too(t):
    with t.clock() as clock:
        Group("old").add("member")
        Group("old").send({"value": 1})
        clock.sleep(61)
        t.messages("member")
        t.group("old")


@scenario
def membership_expires(t):
    with t.clock() as clock:
        Group("old").add("member")
        clock.sleep(86399)
        Group("old").send({"value": 1})
        t.messages("member")
        clock.sleep(2)
        Group("old").send({"value": 2})
        t.messages("member")
        t.group("old")


@scenario
def adding_again_renews(t):
    with t.clock() as clock:
        Group("fresh").add("member")
        clock.sleep(86000)
        Group("fresh").add("member")
        clock.sleep(86000)
        Group("fresh").send({"value": 1})
        t.messages("member")
