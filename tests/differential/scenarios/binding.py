"""``Binding``, ``WebsocketBinding``, ``WebsocketBindingWithMembers``."""

import contextlib

from channels import Channel, Group, channel_layers, route
from channels.binding import Binding
from channels.binding.base import CREATE, DELETE, UPDATE, BindingMetaclass
from channels.binding.websockets import WebsocketBinding, WebsocketBindingWithMembers
from channels.generic.websockets import WebsocketDemultiplexer
from channels.message import Message
from channels.test import WSClient, apply_routes
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from tests.differential.app.models import IntegerValue, Tagged
from tests.differential.recorder import scenario


@contextlib.contextmanager
def bound(make):
    """The binding class that ``make`` returns, connected for the block alone."""
    known = list(BindingMetaclass.binding_classes)
    receivers = [
        list(signal.receivers) for signal in (pre_save, post_save, pre_delete, post_delete)
    ]
    try:
        yield make()
    finally:
        BindingMetaclass.binding_classes[:] = known
        for signal, kept in zip((pre_save, post_save, pre_delete, post_delete), receivers):
            signal.receivers[:] = kept
            signal.sender_receivers_cache.clear()


def simple(**attributes):
    def make():
        body = {
            "model": IntegerValue,
            "stream": "intval",
            "fields": ["name", "value"],
            "group_names": classmethod(lambda cls, instance: ["intval-updates"]),
            "has_permission": lambda self, user, action, pk: True,
        }
        body.update(attributes)
        return type("IntegerValueBinding", (WebsocketBinding,), body)

    return bound(make)


def received(group):
    client = WSClient()
    client.join_group(group)
    return client


def inbound(binding, **body):
    import json

    content = {"reply_channel": "r", "text": json.dumps(body), "path": "/"}
    return binding.consumer(Message(content, "websocket.receive", channel_layers["default"]))


@scenario
def outbound_create_update_delete(t):
    with simple():
        client = received("intval-updates")
        value = IntegerValue.objects.create(name="fifty", value=50)
        t.note("create", client.receive())
        value.value = 51
        value.save()
        t.note("update", client.receive())
        value.delete()
        t.note("delete", client.receive())
        t.note("nothing more", client.receive())


@scenario
def outbound_raw_text(t):
    with simple():
        client = received("intval-updates")
        IntegerValue.objects.create(pk=7, name="raw", value=1)
        t.note("text", client.receive(json=False))


@scenario
def nothing_without_a_save(t):
    with simple():
        client = received("intval-updates")
        IntegerValue.objects.create(name="a", value=1)
        client.receive()
        IntegerValue.objects.all().update(value=2)
        t.note("update()", client.receive())
        IntegerValue.objects.all().delete()
        t.note("delete()", client.receive()["payload"]["action"])


@scenario
def several_groups(t):
    with simple(
        group_names=classmethod(lambda cls, instance: ["all", "value-%s" % instance.value])
    ):
        everything, ones, twos = received("all"), received("value-1"), received("value-2")
        IntegerValue.objects.create(name="a", value=1)
        t.note("create", [client.receive() for client in (everything, ones, twos)])


@scenario
def moving_between_groups(t):
    with simple(group_names=classmethod(lambda cls, instance: [getattr(instance, "group", "old")])):
        old, new = received("old"), received("new")
        value = IntegerValue.objects.create(name="a", value=1)
        t.note("create", [old.receive(), new.receive()])
        # The names before the change are asked for in pre_save: after the instance was changed.
        value.group = "new"
        value.save()
        t.note("moved", [old.receive(), new.receive()])


@scenario
def groups_before_and_after(t):
    def names(cls, instance):
        stored = IntegerValue.objects.filter(pk=instance.pk).first()
        return ["value-%s" % stored.value] if stored else []

    with simple(group_names=classmethod(names)):
        ones, twos = received("value-1"), received("value-2")
        value = IntegerValue.objects.create(name="a", value=1)
        t.note("create", [ones.receive(), twos.receive()])
        value.value = 2
        value.save()
        t.note("moved", [ones.receive(), twos.receive()])
        value.delete()
        t.note("deleted", [ones.receive(), twos.receive()])


@scenario
def fields(t):
    for name, attributes in [
        ("list", {"fields": ["name"]}),
        ("all in a list", {"fields": ["__all__"]}),
        ("all as text", {"fields": "__all__"}),
        ("tuple", {"fields": ("value",)}),
        ("exclude", {"fields": None, "exclude": ["name", "tagged"]}),
    ]:
        with simple(**attributes):
            client = received("intval-updates")
            IntegerValue.objects.create(name=name, value=1)
            t.note(name, client.receive()["payload"]["data"])


@scenario
def uuid_keys_and_foreign_keys(t):
    def make():
        class TaggedBinding(WebsocketBinding):
            model = Tagged
            stream = "tagged"
            fields = ["label", "owner"]

            @classmethod
            def group_names(cls, instance):
                return ["tagged"]

            def serialize(self, instance, action):
                payload = super().serialize(instance, action)
                payload["pk"] = str(payload["pk"])
                return payload

        return TaggedBinding

    with bound(make):
        client = received("tagged")
        owner = IntegerValue.objects.create(pk=5, name="owner")
        Tagged.objects.create(label="a", owner=owner)
        t.note("create", client.receive())


@scenario
def uuid_keys_as_they_are(t):
    with simple(model=Tagged, fields=["label"], stream="tagged"):
        client = received("intval-updates")
        Tagged.objects.create(label="a")
        t.note("create", client.receive())


@scenario
def model_by_name(t):
    with simple(model="app.IntegerValue") as binding:
        client = received("intval-updates")
        IntegerValue.objects.create(name="a")
        t.note("create", client.receive()["payload"]["model"])
        t.note("resolved", binding.model is IntegerValue)
        t.note("label", binding.model_label)


@scenario
def serialize_data_overridden(t):
    with simple(serialize_data=lambda self, instance: {"shout": instance.name.upper()}):
        client = received("intval-updates")
        IntegerValue.objects.create(name="a")
        t.note("create", client.receive()["payload"]["data"])


@scenario
def empty_payload_is_not_sent(t):
    with simple(serialize=lambda self, instance, action: {}):
        client = received("intval-updates")
        IntegerValue.objects.create(name="a")
        t.note("nothing", client.receive())


@scenario
def no_groups_no_serialising(t):
    def never(self, instance, action):
        raise AssertionError("not reached")

    with simple(group_names=classmethod(lambda cls, instance: []), serialize=never):
        t.raises("create", lambda: IntegerValue.objects.create(name="a").name)


@scenario
def stream_is_needed(t):
    with simple(stream=None):
        t.raises("create", IntegerValue.objects.create, name="a")


@scenario
def signal_kwargs(t):
    seen = []

    def serialize(self, instance, action):
        seen.append([action, sorted(self.signal_kwargs), self.signal_kwargs.get("created")])
        return {"action": action}

    with simple(serialize=serialize):
        value = IntegerValue.objects.create(name="a")
        value.save()
        value.delete()
    t.note("created", [[action, "using" in names, created] for action, names, created in seen])


@scenario
def declaration_errors(t):
    def declare(base, **body):
        with bound(lambda: type("Declared", (base,), body)):
            pass

    t.raises("no model", declare, Binding, fields=["a"])
    t.raises("abstract", declare, Binding, model=None)
    t.raises("no fields", declare, WebsocketBinding, model=IntegerValue, stream="s")
    t.raises(
        "exclude is enough",
        declare,
        WebsocketBinding,
        model=IntegerValue,
        stream="s",
        exclude=["name"],
    )
    t.raises_type("unknown model", declare, WebsocketBinding, model="app.Nothing", fields=["a"])


@scenario
def abstract_methods(t):
    binding = Binding()
    for name, arguments in [
        ("encode", ("s", {})),
        ("group_names", (None,)),
        ("serialize", (None, CREATE)),
        ("deserialize", (None,)),
        ("has_permission", (None, CREATE, None)),
        ("create", ({},)),
        ("update", (1, {})),
    ]:
        t.raises(name, getattr(binding, name), *arguments)
    t.note("constants", [CREATE, UPDATE, DELETE])


@scenario
def class_attributes(t):
    for name in [
        "model",
        "fields",
        "exclude",
        "channel_session_user",
        "channel_session",
        "signal_kwargs",
    ]:
        t.note(name, getattr(Binding, name))
    for name in ["model", "stream", "strict_ordering", "slight_ordering"]:
        t.note(name, getattr(WebsocketBinding, name))
    t.note("members", WebsocketBindingWithMembers.send_members)


@scenario
def inbound_create_update_delete(t):
    with simple() as binding:
        inbound(binding, action="create", data={"name": "one", "value": 1})
        value = IntegerValue.objects.get()
        t.note("created", [value.name, value.value])
        inbound(binding, action="update", pk=value.pk, data={"value": 2})
        value.refresh_from_db()
        t.note("updated", [value.name, value.value])
        inbound(binding, action="delete", pk=value.pk)
        t.note("deleted", IntegerValue.objects.count())


@scenario
def inbound_update_keeps_to_the_fields(t):
    with simple(fields=["value"]) as binding:
        value = IntegerValue.objects.create(name="kept", value=1)
        inbound(binding, action="update", pk=value.pk, data={"name": "changed", "value": 2})
        value.refresh_from_db()
        t.note("fields", [value.name, value.value])
    with simple(fields=None, exclude=["name"]) as binding:
        inbound(binding, action="update", pk=value.pk, data={"name": "changed", "value": 3})
        value.refresh_from_db()
        t.note("exclude", [value.name, value.value])
    with simple(fields=["__all__"]) as binding:
        inbound(binding, action="update", pk=value.pk, data={"name": "changed", "value": 4})
        value.refresh_from_db()
        t.note("all", [value.name, value.value])


@scenario
def inbound_errors(t):
    with simple() as binding:
        t.raises("bad action", inbound, binding, action="explode")
        t.raises("no action", inbound, binding, pk=1)
        t.raises_type("unknown pk", inbound, binding, action="update", pk=12345, data={"value": 1})
        t.raises("unknown pk deleted", inbound, binding, action="delete", pk=12345)
        t.raises_type("unknown field", inbound, binding, action="create", data={"nothing": 1})


@scenario
def inbound_permission(t):
    asked = []

    def has_permission(self, user, action, pk):
        asked.append([str(user), action, pk])
        return action == "create"

    with simple(has_permission=has_permission) as binding:
        inbound(binding, action="create", data={"name": "one", "value": 1})
        inbound(binding, action="update", pk=99, data={"value": 2})
        inbound(binding, action="delete", pk=99)
        inbound(binding, action="explode", pk=99)
    t.note("asked", asked)
    t.note("count", IntegerValue.objects.count())


@scenario
def inbound_needs_a_reply_channel(t):
    message = Message({"text": "{}"}, "websocket.receive", channel_layers["default"])
    with simple() as binding:
        t.raises("session", binding.consumer, message)
    with simple(channel_session_user=False) as binding:
        t.raises("no session", binding.consumer, message)


@scenario
def inbound_other_channels_are_ignored(t):
    with simple() as binding:
        for name in ["websocket.connect", "websocket.disconnect", "binding.intval"]:
            content = {"reply_channel": "r", "text": "not json"}
            t.raises(name, binding.consumer, Message(content, name, channel_layers["default"]))


@scenario
def inbound_user(t):
    users = []

    def has_permission(self, user, action, pk):
        users.append(str(user))
        return False

    with simple(has_permission=has_permission, channel_session_user=False) as binding:
        inbound(binding, action="create")
        message = Message(
            {"reply_channel": "r", "text": '{"action": "create"}'},
            "websocket.receive",
            channel_layers["default"],
        )
        message.user = "somebody"
        binding.consumer(message)
    t.note("users", users)


@scenario
def handlers(t):
    with simple(strict_ordering=True) as binding:
        t.raises("no order", inbound, binding, action="create", data={"name": "one", "value": 1})
    with simple(slight_ordering=True) as binding:
        t.raises("slight", inbound, binding, action="create")
    with simple(channel_session=True, channel_session_user=False) as binding:
        t.raises("session", inbound, binding, action="create", data={"name": "one", "value": 1})


@scenario
def behind_a_demultiplexer(t):
    with simple() as binding:

        class Demultiplexer(WebsocketDemultiplexer):
            consumers = {"intval": binding.consumer}
            groups = ["intval-updates"]

        with apply_routes([Demultiplexer.as_route(path="/")]):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/")
            data = {"name": "one", "value": 1}
            client.send_and_consume(
                "websocket.receive",
                path="/",
                text={"stream": "intval", "payload": {"action": CREATE, "data": data}},
            )
            t.note("count", IntegerValue.objects.count())
            t.note("outbound", client.receive())
            pk = IntegerValue.objects.get().pk
            payload = {"action": UPDATE, "pk": pk, "data": {"value": 2}}
            client.send_and_consume(
                "websocket.receive", path="/", text={"stream": "intval", "payload": payload}
            )
            t.note("outbound", client.receive())
            payload = {"action": DELETE, "pk": pk}
            client.send_and_consume(
                "websocket.receive", path="/", text={"stream": "intval", "payload": payload}
            )
            t.note("outbound", client.receive())
            t.note("nothing more", client.receive())
            client.send_and_consume("websocket.disconnect", path="/")
            t.group("intval-updates")


@scenario
def trigger_inbound_as_a_route(t):
    def make():
        class Plain(Binding):
            model = IntegerValue
            fields = ["name"]
            channel_session_user = False

            @classmethod
            def group_names(cls, instance):
                return []

            def deserialize(self, message):
                return message["action"], message.get("pk"), message.get("data")

            def has_permission(self, user, action, pk):
                return True

            def create(self, data):
                Channel("created").send({"data": data, "kwargs": self.kwargs})

            def update(self, pk, data):
                Channel("updated").send({"pk": pk, "data": data})

        return Plain

    with bound(make) as binding, apply_routes([route("binding.plain", binding.consumer)]):
        client = WSClient()
        client.send_and_consume("binding.plain", {"action": "create", "data": {"a": 1}})
        client.send_and_consume("binding.plain", {"action": "update", "pk": 3, "data": {"a": 2}})
        t.messages("created")
        t.messages("updated")


@scenario
def members(t):
    def make():
        class WithMembers(WebsocketBindingWithMembers):
            model = IntegerValue
            stream = "members"
            fields = ["name"]
            send_members = ["factor", "tripled", "halved", "name.upper"]

            @classmethod
            def group_names(cls, instance):
                return ["members"]

        return WithMembers

    with bound(make):
        client = received("members")
        IntegerValue.objects.create(name="a", value=10)
        t.note("data", client.receive()["payload"]["data"])


@scenario
def outbound_inside_a_consumer_is_delayed(t):
    seen = []

    def consumer(message):
        IntegerValue.objects.create(name="a")
        seen.append(channel_layers["default"].receive(["watcher"])[0])

    with simple(), apply_routes([route("test", consumer)]):
        Group("intval-updates").add("watcher")
        WSClient().send_and_consume("test")
    t.note("inside", seen)
    t.note("after", t.case.get_next_message("watcher") is not None)


@scenario
def register_by_hand_is_idempotent(t):
    with simple() as binding:
        binding.register()
        client = received("intval-updates")
        IntegerValue.objects.create(name="a")
        t.note("first", client.receive()["payload"]["action"])
        t.note("second", client.receive())


@scenario
def patched_permission(t):
    from unittest import mock

    with simple() as binding, mock.patch.object(
        binding, "has_permission", return_value=False
    ) as permission:
        inbound(binding, action="create", data={"name": "one", "value": 1})
        t.note("called", permission.call_count)
    t.note("count", IntegerValue.objects.count())
