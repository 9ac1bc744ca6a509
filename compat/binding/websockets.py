"""Bindings that exchange JSON over a multiplexed websocket."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from django.core import serializers
from django.core.serializers.base import DeserializedObject
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from ..generic.multiplexing import WebsocketMultiplexer
from ..message import Message
from ..ordering import enforce_ordering
from .base import Binding


class WebsocketBinding(Binding):
    """A `Binding` for clients of a `WebsocketDemultiplexer`.

    Outbound, override `group_names`, and `serialize_data` to choose what is sent. Inbound,
    override `has_permission`, and `create` and `update` to do more than to set fields; list
    `consumer` among a demultiplexer's consumers.

    Attributes:
        stream: The name of the stream that outbound messages go on.
        strict_ordering: Whether to consume each connection's messages in their order.
        slight_ordering: Refused; Channels 1.0 had it.

    Source: Channels 1.1.8.
    """

    model: Any = None
    stream: str | None = None
    strict_ordering: bool = False
    slight_ordering: bool = False

    @classmethod
    def encode(cls, stream: str, payload: Any) -> dict[str, Any]:
        """Return the message that sends ``payload`` on ``stream``, by `WebsocketMultiplexer`."""
        return WebsocketMultiplexer.encode(stream, payload)

    def serialize(self, instance: Model, action: str) -> dict[str, Any]:
        """Return a payload of ``action``, ``pk``, ``data`` and ``model``."""
        return {
            "action": action,
            "pk": instance.pk,
            "data": self.serialize_data(instance),
            "model": self.model_label,
        }

    def serialize_data(self, instance: Model) -> dict[str, Any]:
        """Return the fields of ``instance`` that are to be sent, as JSON can hold them."""
        if self.fields is None:
            names = [field.name for field in instance._meta.get_fields()]
            chosen = [name for name in names if name not in self.exclude]
        elif self.fields == "__all__" or list(self.fields) == ["__all__"]:
            chosen = None
        else:
            chosen = self.fields
        (record,) = json.loads(serializers.serialize("json", [instance], fields=chosen))
        data: dict[str, Any] = record["fields"]
        return data

    @classmethod
    def get_handler(cls) -> Callable[..., Any]:
        """Return `trigger_inbound`, decorated as the class's attributes ask.

        Raises:
            ValueError: ``slight_ordering`` is set.
        """
        handler = super().get_handler()
        if cls.strict_ordering or cls.slight_ordering:
            ordered: Callable[..., Any] = enforce_ordering(handler, slight=not cls.strict_ordering)
            return ordered
        return handler

    @classmethod
    def trigger_inbound(cls, message: Message, **kwargs: Any) -> None:
        """Do what a received frame asks for; connections and disconnections ask for nothing."""
        if message.channel.name == "websocket.receive":
            super().trigger_inbound(message, **kwargs)

    def deserialize(self, message: Message) -> tuple[str, Any, Any]:
        """Return the ``action``, ``pk`` and ``data`` of the JSON in the message's ``text``.

        Raises:
            KeyError: There is no ``action``.
        """
        body = json.loads(message["text"])
        return body["action"], body.get("pk"), body.get("data")

    def create(self, data: dict[str, Any]) -> None:
        """Save a new instance of the model with the fields in ``data``."""
        self._hydrate(None, data).save()

    def update(self, pk: Any, data: dict[str, Any]) -> None:
        """Set the fields in ``data`` that the binding sends, and save the instance.

        Raises:
            ObjectDoesNotExist: No instance has the key ``pk``.
        """
        hydrated = self._hydrate(pk, data).object
        instance = self.model.objects.get(pk=pk)
        for name in filter(self._is_sent, data):
            setattr(instance, name, getattr(hydrated, name))
        instance.save()

    def _is_sent(self, name: str) -> bool:
        if self.fields is None:
            return name not in self.exclude
        return name in self.fields or self.fields == ["__all__"]

    def _hydrate(self, pk: Any, data: Any) -> DeserializedObject:
        """Return an unsaved instance of the model, as Django's deserializer makes it."""
        record = {"model": self.model_label, "pk": pk, "fields": data}
        hydrated: DeserializedObject = next(iter(serializers.deserialize("python", [record])))
        return hydrated


class WebsocketBindingWithMembers(WebsocketBinding):
    """A `WebsocketBinding` that sends attributes, properties and methods besides fields.

    Attributes:
        send_members: Their names. Dots lead through related objects and become ``__`` in the
            data; what can be called is called without arguments.
        encoder: The JSON encoder that turns their values into what JSON can hold.

    Source: Channels 1.1.8.
    """

    model: Any = None
    send_members: list[str] = []
    encoder: json.JSONEncoder = DjangoJSONEncoder()

    def serialize_data(self, instance: Model, **kwargs: Any) -> dict[str, Any]:
        """Return the fields to send, and the members."""
        members = {path.replace(".", "__"): _member(instance, path) for path in self.send_members}
        fields = super().serialize_data(instance, **kwargs)
        return {**fields, **json.loads(self.encoder.encode(members))}


def _member(instance: Model, path: str) -> Any:
    """Return what an attribute, or a method without arguments, of an instance gives."""
    found = functools.reduce(getattr, path.split("."), instance)
    return found() if callable(found) else found
