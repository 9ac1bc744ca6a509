import json
import uuid
from unittest import mock

import pytest
from channeltest.compat.binding.base import CREATE, DELETE, UPDATE, Binding
from channeltest.compat.binding.websockets import WebsocketBinding, WebsocketBindingWithMembers
from channeltest.compat.channel import Group
from channeltest.compat.generic.websockets import WebsocketDemultiplexer
from django.contrib.auth.models import Group as AuthGroup
from django.contrib.auth.models import User
from django.core.exceptions import FieldDoesNotExist

from tests.bindings import listen, quiet
from tests.values.models import IntegerValue, Tagged

from ..consuming import ConsumerTestCase


class EverythingBinding(WebsocketBinding):
    """Tells one group, and lets everybody do everything."""

    model = None

    @classmethod
    def group_names(cls, instance):
        return ["updates"]

    def has_permission(self, user, action, pk):
        return True


@quiet
class NumberBinding(EverythingBinding):
    model = IntegerValue
    stream = "numbers"
    fields = ["name", "value"]


@quiet
class TaggedBinding(EverythingBinding):
    model = Tagged
    stream = "tagged"
    fields = ["__all__"]


@quiet
class UserBinding(EverythingBinding):
    model = User
    stream = "users"
    exclude = ["password", "groups", "user_permissions", "last_login", "date_joined"]


def variant(binding, **attributes):
    """A silent subclass of ``binding`` with other attributes."""
    return quiet(type("Variant", (binding,), attributes))


class OutboundTests(ConsumerTestCase):
    def setUp(self):
        super().setUp()
        Group("updates").add(self.reply)

    def told(self):
        return [json.loads(content["text"]) for content in self.waiting()]

    def test_frame(self):
        listen(self, NumberBinding)
        number = IntegerValue.objects.create(name="fifty", value=50)
        assert self.told() == [
            {
                "stream": "numbers",
                "payload": {
                    "action": "create",
                    "pk": number.pk,
                    "data": {"name": "fifty", "value": 50},
                    "model": "values.integervalue",
                },
            }
        ]

    def test_uuid_key(self):
        listen(self, TaggedBinding)
        tagged = Tagged.objects.create(name="a")
        key = str(tagged.pk)
        tagged.delete()
        payloads = [frame["payload"] for frame in self.told()]
        assert [payload["action"] for payload in payloads] == [CREATE, DELETE]
        assert [payload["pk"] for payload in payloads] == [key, key]
        assert payloads[0]["data"] == {"name": "a"}

    def test_own_data(self):
        listen(self, NumberBinding)
        with mock.patch.object(NumberBinding, "serialize_data", return_value={"own": 1}):
            IntegerValue.objects.create(name="a")
        assert self.told()[0]["payload"]["data"] == {"own": 1}


class SerializeDataTests(ConsumerTestCase):
    number = IntegerValue(name="a", value=1)

    def test_all_fields(self):
        for fields in ["__all__", ["__all__"], ("__all__",)]:
            data = variant(NumberBinding, fields=fields)().serialize_data(self.number)
            assert data == {"name": "a", "value": 1}

    def test_some_fields(self):
        for fields in [["name"], ("name",), {"name"}]:
            data = variant(NumberBinding, fields=fields)().serialize_data(self.number)
            assert data == {"name": "a"}

    def test_excluded_fields(self):
        user = User.objects.create(username="ada")
        data = UserBinding().serialize_data(user)
        assert set(data) == {
            *["username", "first_name", "last_name", "email"],
            *["is_staff", "is_active", "is_superuser"],
        }

    def test_related_keys(self):
        user = User.objects.create(username="ada")
        user.groups.add(group := AuthGroup.objects.create(name="g"))
        data = variant(UserBinding, fields=["groups"])().serialize_data(user)
        assert data == {"groups": [group.pk]}


class InboundTests(ConsumerTestCase):
    def receive(self, payload, binding=NumberBinding, channel="websocket.receive", **content):
        class Demultiplexer(WebsocketDemultiplexer):
            consumers = {"stream": binding.consumer}

        text = json.dumps({"stream": "stream", "payload": payload})
        Demultiplexer(self.message(channel, path="/", text=text, **content))
        return dict(IntegerValue.objects.values_list("name", "value"))

    def test_create(self):
        data = {"name": "a", "value": 1}
        assert self.receive({"action": CREATE, "data": data}) == {"a": 1}

    def test_create_with_uuid_key(self):
        self.receive({"action": CREATE, "data": {"name": "a"}}, TaggedBinding)
        assert isinstance(Tagged.objects.get(name="a").pk, uuid.UUID)

    def test_update_and_delete_by_uuid(self):
        tagged = Tagged.objects.create(name="a")
        payload = {"action": UPDATE, "pk": str(tagged.pk), "data": {"name": "b"}}
        self.receive(payload, TaggedBinding)
        assert Tagged.objects.get(pk=tagged.pk).name == "b"
        self.receive({"action": DELETE, "pk": str(tagged.pk)}, TaggedBinding)
        assert not Tagged.objects.exists()

    def test_update(self):
        pk = IntegerValue.objects.create(name="a", value=1).pk
        assert self.receive({"action": UPDATE, "pk": pk, "data": {"value": 2}}) == {"a": 2}

    def test_update_sets_only_what_the_binding_sends(self):
        pk = IntegerValue.objects.create(name="a", value=1).pk
        payload = {"action": UPDATE, "pk": pk, "data": {"name": "b", "value": 2}}
        assert self.receive(payload, variant(NumberBinding, fields=["name"])) == {"b": 1}
        assert self.receive(
            {**payload, "data": {"name": "c", "value": 3}},
            variant(NumberBinding, fields=None, exclude=["name"]),
        ) == {"b": 3}

    def test_update_of_nothing(self):
        with pytest.raises(IntegerValue.DoesNotExist):
            self.receive({"action": UPDATE, "pk": 1, "data": {}})

    def test_unknown_field(self):
        with pytest.raises(FieldDoesNotExist):
            self.receive({"action": CREATE, "data": {"nothing": 1}})

    def test_needs_an_action(self):
        with pytest.raises(KeyError, match="action"):
            self.receive({})

    def test_without_permission(self):
        with mock.patch.object(EverythingBinding, "has_permission", return_value=False):
            assert self.receive({"action": CREATE, "data": {"name": "a"}}) == {}

    def test_permission_patched_on_the_base_class(self):
        @quiet
        class Bare(WebsocketBinding):
            model = IntegerValue
            fields = ["name"]

        with mock.patch.object(Binding, "has_permission", return_value=True):
            assert self.receive({"action": CREATE, "data": {"name": "a"}}, Bare) == {"a": 0}

    def test_other_channels_ask_for_nothing(self):
        for channel in ["websocket.connect", "websocket.disconnect"]:
            assert self.receive({"action": CREATE, "data": {"name": "a"}}, channel=channel) == {}

    def test_strict_ordering(self):
        ordered = variant(NumberBinding, strict_ordering=True)
        payload = {"action": CREATE, "data": {"name": "a"}}
        assert self.receive(payload, ordered, order=1) == {}
        assert self.receive(payload, ordered, order=0) == {"a": 0}

    def test_slight_ordering_is_refused(self):
        with pytest.raises(ValueError, match="Slight ordering is now always on"):
            self.receive({}, variant(NumberBinding, slight_ordering=True))


class WithMembersTests(ConsumerTestCase):
    def test_members_of_every_kind(self):
        @quiet
        class Members(WebsocketBindingWithMembers):
            model = Tagged
            fields = ["name"]
            stream = "tagged"
            send_members = ["pk", "__str__", "_meta.model_name"]

        tagged = Tagged(name="a")
        assert Members().serialize_data(tagged) == {
            "name": "a",
            "pk": str(tagged.pk),
            "__str__": f"Tagged object ({tagged.pk})",
            "_meta__model_name": "tagged",
        }
