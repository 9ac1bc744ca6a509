import gc
from unittest import mock

import pytest
from channeltest.compat.binding import Binding
from channeltest.compat.binding import base as base_module
from channeltest.compat.binding.base import CREATE, DELETE, UPDATE, BindingMetaclass
from channeltest.compat.channel import Group
from django.db.models.signals import post_save

from tests.bindings import listen, quiet
from tests.values.models import IntegerValue

from ..consuming import ConsumerTestCase


@quiet
class Parity(Binding):
    """Tells two groups of numbers, the even and the odd ones."""

    model = IntegerValue
    fields = ["value"]
    stream = "numbers"

    @classmethod
    def group_names(cls, instance):
        return ["odd" if instance.value % 2 else "even", "all"]

    @classmethod
    def encode(cls, stream, payload):
        return {"stream": stream, **payload}

    def serialize(self, instance, action):
        return {"action": action, "value": instance.value}

    def deserialize(self, message):
        return message["action"], message.get("pk"), message.get("data")

    def has_permission(self, user, action, pk):
        return user.is_anonymous

    def create(self, data):
        IntegerValue.objects.create(**data)

    def update(self, pk, data):
        IntegerValue.objects.filter(pk=pk).update(**data)


class OutboundTests(ConsumerTestCase):
    def setUp(self):
        super().setUp()
        for group in ["odd", "even", "all"]:
            Group(group).add(group)
        listen(self, Parity)

    def heard(self, group):
        """The actions that a group has heard of since it was last asked."""
        return [content["action"] for content in self.waiting(group)]

    def test_creation(self):
        IntegerValue.objects.create(value=1)
        assert self.waiting("odd") == [{"stream": "numbers", "action": CREATE, "value": 1}]
        assert (self.heard("all"), self.heard("even")) == ([CREATE], [])

    def test_update(self):
        number = IntegerValue.objects.create(value=1)
        self.heard("odd")
        number.save()
        assert self.heard("odd") == [UPDATE]

    def test_deletion(self):
        IntegerValue.objects.create(value=1).delete()
        assert self.heard("odd") == self.heard("all") == [CREATE, DELETE]

    def test_groups_left_and_entered(self):
        number = IntegerValue.objects.create(value=1)
        with mock.patch.object(
            Parity, "group_names", side_effect=[["odd", "all"], ["even", "all"]]
        ):
            number.save()
        assert self.heard("odd") == [CREATE, DELETE]
        assert self.heard("even") == [CREATE]
        assert self.heard("all") == [CREATE, UPDATE]

    def test_empty_payload_is_not_sent(self):
        with mock.patch.object(Parity, "serialize", return_value={}):
            IntegerValue.objects.create(value=1)
        assert self.heard("odd") == []

    def test_not_serialized_for_nobody(self):
        with (
            mock.patch.object(Parity, "group_names", return_value=[]),
            mock.patch.object(Parity, "serialize") as serialize,
        ):
            IntegerValue.objects.create(value=1)
        serialize.assert_not_called()

    def test_signals_arguments(self):
        with mock.patch.object(Parity, "serialize", autospec=True, return_value={}) as serialize:
            IntegerValue.objects.create(value=1)
        (binding, instance, _), _ = serialize.call_args
        assert binding.instance is instance
        assert binding.signal_kwargs["signal"] is post_save

    def test_needs_a_stream(self):
        with (
            mock.patch.object(Parity, "stream", None),
            pytest.raises(AssertionError, match="Set the stream attribute on Binding"),
        ):
            IntegerValue.objects.create(value=1)

    def test_registering_twice_tells_once(self):
        Parity.register()
        gc.collect()
        IntegerValue.objects.create(value=1)
        assert self.heard("odd") == [CREATE]

    def test_group_can_be_patched(self):
        with mock.patch.object(base_module, "Group") as group:
            IntegerValue.objects.create(value=1)
        assert {call.args[0] for call in group.call_args_list} == {"odd", "all"}


class InboundTests(ConsumerTestCase):
    def consume(self, binding=Parity, **content):
        binding.consumer(self.message("numbers", **content))
        return dict(IntegerValue.objects.values_list("name", "value"))

    def test_create_update_delete(self):
        assert self.consume(action=CREATE, data={"name": "a", "value": 1}) == {"a": 1}
        pk = IntegerValue.objects.get().pk
        assert self.consume(action=UPDATE, pk=pk, data={"value": 2}) == {"a": 2}
        assert self.consume(action=DELETE, pk=pk) == {}

    def test_deleting_nothing(self):
        assert self.consume(action=DELETE, pk=1) == {}

    def test_without_permission(self):
        with mock.patch.object(Parity, "has_permission", return_value=False) as has_permission:
            assert self.consume(action=CREATE, data={"name": "a"}) == {}
        assert has_permission.call_args.args[1:] == (CREATE, None)

    def test_bad_action(self):
        with pytest.raises(ValueError, match="Bad action 'explode'"):
            self.consume(action="explode")

    def test_user_of_the_channel_session(self):
        message = self.message("numbers", action=DELETE, pk=1)
        Parity.consumer(message)
        assert message.user.is_anonymous and message.channel_session is not None

    def test_channel_session_only(self):
        attributes = {"channel_session_user": False, "channel_session": True}
        message = self.message("numbers", action=DELETE, pk=1)
        quiet(type("Remembering", (Parity,), attributes)).consumer(message)
        assert message.channel_session is not None and not hasattr(message, "user")

    def test_without_session(self):
        message = self.message("numbers", action=DELETE, pk=1)
        quiet(type("Sessionless", (Parity,), {"channel_session_user": False})).consumer(message)
        assert not hasattr(message, "channel_session")

    def test_what_is_to_be_overridden(self):
        binding = Binding()
        for method, arguments in [
            (Binding.encode, ("stream", {})),
            (Binding.group_names, (None,)),
            (binding.serialize, (None, CREATE)),
            (binding.deserialize, (None,)),
            (binding.has_permission, (None, CREATE, None)),
            (binding.create, ({},)),
            (binding.update, (1, {})),
        ]:
            with pytest.raises(NotImplementedError):
                method(*arguments)


class RegistrationTests(ConsumerTestCase):
    def setUp(self):
        super().setUp()
        for name, value in [("binding_classes", []), ("register_immediately", False)]:
            patch = mock.patch.object(BindingMetaclass, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def test_classes_wait_for_the_models(self):
        class Waiting(Parity):
            model = "values.IntegerValue"

        assert BindingMetaclass.binding_classes == [Waiting]
        assert Waiting.model == "values.IntegerValue"
        BindingMetaclass.register_all()
        self.addCleanup(quiet, Waiting)
        assert Waiting.model is IntegerValue
        assert Waiting.model_label == "values.integervalue"

    def test_later_classes_are_registered_at_once(self):
        BindingMetaclass.register_all()

        class Later(Parity):
            @classmethod
            def group_names(cls, instance):
                return ["later"]

        self.addCleanup(quiet, Later)
        Group("later").add("later")
        IntegerValue.objects.create(value=1)
        assert [content["action"] for content in self.waiting("later")] == [CREATE]

    def test_abstract_bindings_have_no_models(self):
        class Abstract(Parity):
            model = None

        assert Abstract.get_registered_models() == []

    def test_needs_a_model(self):
        class Abstract(Binding):
            model = None

        class Forgotten(Abstract):
            pass

        with pytest.raises(ValueError, match=r"You must set the model attribute on .*Forgotten'>!"):
            Forgotten.register()

    def test_needs_fields_or_exclude(self):
        BindingMetaclass.register_all()
        with pytest.raises(ValueError, match=r"You must set the fields or exclude attribute on"):

            class Forgotten(Binding):
                model = IntegerValue
