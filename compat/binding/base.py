"""`Binding`: changes of a model go out to groups, and messages change the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from ..advice import with_note
from ..auth import channel_session, channel_session_user
from ..channel import Group
from ..message import Message

CREATE = "create"
UPDATE = "update"
DELETE = "delete"


class BindingMetaclass(type):
    """The class of all bindings, which remembers them until the models are ready.

    Attributes:
        register_immediately: Whether the models are ready: a new binding is registered as
            soon as its class is made.
        binding_classes: Every binding made so far. It keeps them alive, and the signals with
            them, which hold their receivers weakly.

    Source: Channels 1.1.8.
    """

    register_immediately: bool = False
    binding_classes: list[type[Binding]] = []

    def __new__(
        cls, name: str, bases: tuple[type, ...], body: dict[str, Any], **kwargs: Any
    ) -> BindingMetaclass:
        """Make the class and, unless it is `Binding` itself, remember or register it."""
        klass: Any = super().__new__(cls, name, bases, body, **kwargs)
        if bases:
            cls.binding_classes.append(klass)
            if cls.register_immediately:
                klass.register()
        made: BindingMetaclass = klass
        return made

    @classmethod
    def register_all(cls) -> None:
        """Register every binding made so far, and those to come as they are made."""
        for binding_class in cls.binding_classes:
            binding_class.register()
        cls.register_immediately = True


class Binding(metaclass=BindingMetaclass):
    """A two-way binding between a model and groups of channels.

    Outbound: whenever an instance is saved or deleted, the groups that `group_names` gives
    get a message; a group that the instance enters or leaves gets a creation or a deletion.
    Override `group_names`, `serialize` and `encode`.

    Inbound: `consumer` takes messages, asks `has_permission`, and changes the model. Override
    `deserialize`, `has_permission`, `create` and `update`.

    Attributes:
        model: The model, or its label (``"app.Model"``). ``None`` in a class's own body marks
            the class as abstract.
        fields: Names of the fields to send, or ``["__all__"]``.
        exclude: Names of the fields not to send, instead of ``fields``.
        channel_session_user: Whether to decorate `consumer` with `channel_session_user`.
        channel_session: Whether to decorate it with `channel_session`.
        signal_kwargs: What the signal came with while an instance is serialized (dict).
        stream: The stream that outbound messages go on.
        model_label: The model's label in lower case, once registered.

    Source: Channels 1.1.8.
    """

    model: Any = None
    fields: Any = None
    exclude: Any = None
    channel_session_user: bool = True
    channel_session: bool = False
    signal_kwargs: dict[str, Any] | None = None

    stream: str | None
    model_label: str
    instance: Model
    message: Message
    kwargs: dict[str, Any]
    action: str
    pk: Any
    data: Any
    user: Any

    @classmethod
    def register(cls) -> None:
        """Listen to the signals of the model; done for every binding, and harmless twice.

        Raises:
            ValueError: The class has no ``model``, or neither ``fields`` nor ``exclude``.
        """
        for model in cls.get_registered_models():
            pre_save.connect(cls.pre_save_receiver, sender=model)
            post_save.connect(cls.post_save_receiver, sender=model)
            pre_delete.connect(cls.pre_delete_receiver, sender=model)
            post_delete.connect(cls.post_delete_receiver, sender=model)

    @classmethod
    def get_registered_models(cls) -> list[type[Model]]:
        """Return the models to listen to: ``model``, or none in an abstract class.

        A label in ``model`` is replaced by its model, and ``model_label`` is set.

        Raises:
            ValueError: The class has no ``model``, or neither ``fields`` nor ``exclude``.
        """
        if cls.model is None:
            if "model" in vars(cls):
                return []
            raise with_note(
                ValueError(f"You must set the model attribute on Binding {cls!r}!"),
                "A binding that is only a base for others says model = None in its own body.",
            )
        if cls.fields is None and cls.exclude is None:
            raise with_note(
                ValueError(f"You must set the fields or exclude attribute on Binding {cls!r}!"),
                "fields = ['__all__'] sends every field.",
            )
        if isinstance(cls.model, str):
            cls.model = apps.get_model(cls.model)
        cls.model_label = f"{cls.model._meta.app_label}.{cls.model._meta.object_name}".lower()
        return [cls.model]

    # Outbound: from the model's signals to the groups.

    @classmethod
    def encode(cls, stream: str, payload: Any) -> dict[str, Any]:
        """Return the message that sends ``payload`` on ``stream``; override it."""
        raise NotImplementedError()

    @classmethod
    def pre_save_receiver(cls, instance: Model, **kwargs: Any) -> None:
        """Receive ``pre_save``."""
        cls.pre_change_receiver(instance, CREATE if instance._state.adding else UPDATE)

    @classmethod
    def post_save_receiver(cls, instance: Model, created: bool, **kwargs: Any) -> None:
        """Receive ``post_save``."""
        cls.post_change_receiver(instance, CREATE if created else UPDATE, **kwargs)

    @classmethod
    def pre_delete_receiver(cls, instance: Model, **kwargs: Any) -> None:
        """Receive ``pre_delete``."""
        cls.pre_change_receiver(instance, DELETE)

    @classmethod
    def post_delete_receiver(cls, instance: Model, **kwargs: Any) -> None:
        """Receive ``post_delete``."""
        cls.post_change_receiver(instance, DELETE, **kwargs)

    @classmethod
    def pre_change_receiver(cls, instance: Any, action: str) -> None:
        """Note the groups that know ``instance`` before it changes.

        Args:
            instance: The instance about to change.
            action: ``"create"``, ``"update"`` or ``"delete"``.
        """
        groups = set() if action == CREATE else set(cls.group_names(instance))
        if not hasattr(instance, "_binding_group_names"):
            instance._binding_group_names = {}
        instance._binding_group_names[cls] = groups

    @classmethod
    def post_change_receiver(cls, instance: Any, action: str, **kwargs: Any) -> None:
        """Tell the groups of ``instance``, those it was in and those it is in, what happened.

        Args:
            instance: The instance that changed.
            action: ``"create"``, ``"update"`` or ``"delete"``.
            **kwargs: What the signal came with.
        """
        before = instance._binding_group_names[cls]
        after = set() if action == DELETE else set(cls.group_names(instance))
        binding = cls()
        binding.instance = instance
        # Clients forget what has left a group before they hear of what is new.
        binding.send_messages(instance, before - after, DELETE, **kwargs)
        binding.send_messages(instance, before & after, UPDATE, **kwargs)
        binding.send_messages(instance, after - before, CREATE, **kwargs)

    def send_messages(
        self, instance: Model, group_names: Iterable[str], action: str, **kwargs: Any
    ) -> None:
        """Serialize ``instance`` and send it to the groups; nothing is sent if that gives ``{}``.

        Args:
            instance: The instance that changed.
            group_names: The groups to tell.
            action: What happened as these groups see it.
            **kwargs: What the signal came with.

        Raises:
            AssertionError: The binding has no ``stream``.
        """
        if not group_names:
            return
        self.signal_kwargs = kwargs
        payload = self.serialize(instance, action)
        if payload == {}:
            return
        if self.stream is None:
            raise AssertionError(f"Set the stream attribute on Binding {type(self)!r}")
        message = self.encode(self.stream, payload)
        # In an order that does not depend on the hashes of their names.
        for name in sorted(group_names):
            Group(name).send(message)

    @classmethod
    def group_names(cls, instance: Model) -> Iterable[str]:
        """Return the names of the groups that know ``instance`` as it is now; override it."""
        raise NotImplementedError()

    def serialize(self, instance: Model, action: str) -> Any:
        """Return the payload that tells of ``action`` on ``instance``; override it."""
        raise NotImplementedError()

    # Inbound: from a message to the model.

    @classmethod
    def trigger_inbound(cls, message: Message, **kwargs: Any) -> None:
        """Do what ``message`` asks for.

        Args:
            message: The message; its ``user``, if any, is asked about in `has_permission`.
            **kwargs: What the route captured.
        """
        # Not at the top: bindings are imported before the models are ready.
        from django.contrib.auth.models import AnonymousUser

        binding = cls()
        binding.message = message
        binding.kwargs = kwargs
        binding.action, binding.pk, binding.data = binding.deserialize(message)
        binding.user = getattr(message, "user", AnonymousUser())
        binding.run_action(binding.action, binding.pk, binding.data)

    @classmethod
    def get_handler(cls) -> Callable[..., Any]:
        """Return `trigger_inbound`, decorated as the class's attributes ask."""
        if cls.channel_session_user:
            return channel_session_user(cls.trigger_inbound)
        if cls.channel_session:
            return channel_session(cls.trigger_inbound)
        return cls.trigger_inbound

    @classmethod
    def consumer(cls, message: Message, **kwargs: Any) -> None:
        """Consume ``message``: what to route to, or to list in a demultiplexer."""
        cls.get_handler()(message, **kwargs)

    def deserialize(self, message: Message) -> tuple[str, Any, Any]:
        """Return the action, the primary key and the data that ``message`` holds; override it.

        The key is ``None`` for a creation, the data are ``None`` for a deletion.
        """
        raise NotImplementedError()

    def has_permission(self, user: Any, action: str, pk: Any) -> bool:
        """Return whether ``user`` may do ``action``; override it.

        Args:
            user: A user, perhaps an ``AnonymousUser``.
            action: ``"create"``, ``"update"`` or ``"delete"``.
            pk: The instance's primary key, ``None`` for a creation.
        """
        raise NotImplementedError()

    def run_action(self, action: str, pk: Any, data: Any) -> None:
        """Do ``action`` if the user may; nothing happens if not.

        Raises:
            ValueError: There is no such action.
        """
        if not self.has_permission(self.user, action, pk):
            return
        if action == CREATE:
            self.create(data)
        elif action == UPDATE:
            self.update(pk, data)
        elif action == DELETE:
            self.delete(pk)
        else:
            raise ValueError(f"Bad action {action!r}")

    def create(self, data: Any) -> None:
        """Create an instance of the model from ``data``; override it."""
        raise NotImplementedError()

    def update(self, pk: Any, data: Any) -> None:
        """Change the instance of key ``pk`` by ``data``; override it."""
        raise NotImplementedError()

    def delete(self, pk: Any) -> None:
        """Delete the instance of key ``pk``, if there is one."""
        self.model.objects.filter(pk=pk).delete()
