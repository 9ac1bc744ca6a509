"""`Binding`: changes of a model go out to groups, and messages change the model."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save

from ..advice import with_note
from ..auth import channel_session, channel_session_user, decorated_for
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
        """Make the class, here: as in 1.1.8, one whose body names no module is of this one."""
        return super().__new__(cls, name, bases, body, **kwargs)

    @classmethod
    def add(cls, binding: type[Binding]) -> None:
        """Remember a binding, and register it if the models are ready."""
        cls.binding_classes.append(binding)
        if cls.register_immediately:
            binding.register()

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

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        type(cls).add(cls)

    @classmethod
    def register(cls) -> None:
        """Listen to the signals of the model; done for every binding, and harmless twice.

        Raises:
            ValueError: The class has no ``model``, or neither ``fields`` nor ``exclude``.
        """
        receivers: dict[Any, Callable[..., Any]] = {
            pre_save: cls.pre_save_receiver,
            post_save: cls.post_save_receiver,
            pre_delete: cls.pre_delete_receiver,
            post_delete: cls.post_delete_receiver,
        }
        for model in cls.get_registered_models():
            for signal, receiver in receivers.items():
                signal.connect(receiver, sender=model)

    @classmethod
    def get_registered_models(cls) -> list[type[Model]]:
        """Return the models to listen to: ``model``, or none in an abstract class.

        A label in ``model`` is replaced by its model, and ``model_label`` is set.

        Raises:
            ValueError: The class has no ``model``, or neither ``fields`` nor ``exclude``.
        """
        if cls.model is None and "model" in vars(cls):
            return []
        _check_attributes(cls)
        model = apps.get_model(cls.model) if isinstance(cls.model, str) else cls.model
        cls.model, cls.model_label = model, model._meta.label.lower()
        return [model]

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
        known = vars(instance).setdefault("_binding_group_names", {})
        known[cls] = set() if action == CREATE else set(cls.group_names(instance))

    @classmethod
    def post_change_receiver(cls, instance: Any, action: str, **kwargs: Any) -> None:
        """Send what happened to the groups of ``instance``, former ones and present ones.

        Args:
            instance: The instance that changed.
            action: ``"create"``, ``"update"`` or ``"delete"``.
            **kwargs: What the signal came with.
        """
        before = instance._binding_group_names[cls]
        after = set() if action == DELETE else set(cls.group_names(instance))
        binding = cls()
        binding.instance = instance
        # Clients forget what has left a group before they get what is new.
        changes = {DELETE: before - after, UPDATE: before & after, CREATE: after - before}
        for change, names in changes.items():
            binding.send_messages(instance, names, change, **kwargs)

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
        self.signal_kwargs = kwargs
        payload = self.serialize(instance, action) if group_names else {}
        if payload != {}:
            message = self.encode(_stream_of(self), payload)
            # In an order that does not depend on the hashes of their names.
            for name in sorted(group_names):
                Group(name).send(message)

    @classmethod
    def group_names(cls, instance: Model) -> Iterable[str]:
        """Return the names of the groups that know ``instance`` as it is now; override it."""
        raise NotImplementedError()

    def serialize(self, instance: Model, action: str) -> Any:
        """Return the payload for ``action`` on ``instance``; override it."""
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
        binding.message, binding.kwargs = message, kwargs
        change = binding.deserialize(message)
        binding.action, binding.pk, binding.data = change
        binding.user = message.user if hasattr(message, "user") else AnonymousUser()
        binding.run_action(*change)

    @classmethod
    def get_handler(cls) -> Callable[..., Any]:
        """Return `trigger_inbound`, decorated as the class's attributes ask."""
        return decorated_for(
            cls,
            cls.trigger_inbound,
            channel_session_user=channel_session_user,
            channel_session=channel_session,
        )

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
        match action:
            case "create":
                self.create(data)
            case "update":
                self.update(pk, data)
            case "delete":
                self.delete(pk)
            case _:
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


# Functions, not methods: subclasses are other people's, and own every name on the class.


def _check_attributes(binding: type[Binding]) -> None:
    """Check that a binding names its model and the fields that it sends.

    Raises:
        ValueError: It does not.
    """
    if binding.model is None:
        raise with_note(
            ValueError(f"You must set the model attribute on Binding {binding!r}!"),
            "A binding that is only a base for others says model = None in its own body.",
        )
    if binding.fields is None and binding.exclude is None:
        raise with_note(
            ValueError(f"You must set the fields or exclude attribute on Binding {binding!r}!"),
            "fields = ['__all__'] sends every field.",
        )


def _stream_of(binding: Binding) -> str:
    if binding.stream is None:
        raise AssertionError(f"Set the stream attribute on Binding {type(binding)!r}")
    return binding.stream
