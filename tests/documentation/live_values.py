"""Subscriptions to values by the real consumers of django-rest-live."""

from __future__ import annotations

import sys
import types
from unittest import mock

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.handlers.asgi import ASGIRequest
from django.db.models.signals import post_delete, post_save
from django.urls import path
from rest_framework.permissions import IsAuthenticated
from rest_framework.serializers import ModelSerializer
from rest_framework.viewsets import ModelViewSet

from tests.values.models import IntegerValue

# Its last release imports a name that Channels 4 has no more: Django's class has taken its place.
_http = types.ModuleType("channels.http")
_http.AsgiRequest = ASGIRequest
with mock.patch.dict(sys.modules, {"channels.http": _http}):
    from rest_live.mixins import RealtimeMixin
    from rest_live.routers import RealtimeRouter


class ValueSerializer(ModelSerializer):
    class Meta:
        model = IntegerValue
        fields = ["id", "name", "value"]


class ValueViewSet(RealtimeMixin, ModelViewSet):
    queryset = IntegerValue.objects.all()
    serializer_class = ValueSerializer


class UsersValueViewSet(ValueViewSet):
    permission_classes = [IsAuthenticated]


def served(view):
    """Return an application that serves subscriptions to a view; `silence` ends its signals."""
    router = RealtimeRouter()
    router.register(view)
    consumer = router.as_consumer().as_asgi()
    routes = URLRouter([path("ws/subscribe/", consumer)])
    return ProtocolTypeRouter({"websocket": AuthMiddlewareStack(routes)})


def silence():
    """Disconnect the receivers of signals that registering connected for good."""
    for signal in (post_save, post_delete):
        signal.disconnect(sender=IntegerValue, dispatch_uid="rest-live")
