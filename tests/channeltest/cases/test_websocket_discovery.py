"""Where the websocket application is, and the errors when there is none."""

from __future__ import annotations

import pytest
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from channeltest.cases.websocket import websocket_application

router = URLRouter([])
stack = OriginValidator(AuthMiddlewareStack(router), ["*"])
http = get_asgi_application()


class Middleware:
    """As many others are written."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        raise NotImplementedError


async def function(scope, receive, send):
    """An application that shows nothing of its routing."""


applications = {
    "usual": ProtocolTypeRouter({"http": http, "websocket": stack}),
    "alone": stack,
    "function": function,
    "no_websocket": ProtocolTypeRouter({"http": http}),
    "empty": ProtocolTypeRouter({}),
    "django": http,
    "wrapped_django": Middleware(http),
}
applications["wrapped"] = Middleware(AuthMiddlewareStack(applications["usual"]))
applications["wrapped_without"] = Middleware(applications["no_websocket"])
applications["circular"] = Middleware(None)
applications["circular"].app = applications["circular"]


def __getattr__(name):
    try:
        return applications[name]
    except KeyError:
        raise AttributeError(name)


def found(name):
    """What is found when the setting names one of the applications."""
    with override_settings(ASGI_APPLICATION=f"{__name__}.{name}"):
        return websocket_application()


def complaint(name):
    with pytest.raises(ImproperlyConfigured) as caught:
        found(name)
    return str(caught.value)


class TestFinds:
    def test_the_websocket_entry_with_its_middleware(self):
        assert found("usual") is stack

    @pytest.mark.parametrize("name", ["wrapped", "alone", "function"])
    def test_what_routes_for_itself(self, name):
        assert found(name) is applications[name]

    def test_an_end_of_what_wraps_itself(self):
        assert found("circular") is applications["circular"]


class TestComplains:
    @pytest.mark.parametrize("setting", [None, ""])
    def test_of_no_setting(self, setting):
        with override_settings(ASGI_APPLICATION=setting):
            with pytest.raises(ImproperlyConfigured, match="which the settings do not have: set"):
                websocket_application()

    def test_of_a_setting_that_leads_nowhere(self):
        assert "Cannot find" in complaint("nowhere")

    def test_of_a_router_without_websocket(self):
        assert f"'{__name__}.no_websocket', has no 'websocket'" in complaint("no_websocket")
        assert "only 'http': add" in complaint("no_websocket")

    def test_of_a_router_without_anything(self):
        assert "only nothing: add" in complaint("empty")

    def test_of_djangos_own(self):
        assert "serves HTTP only" in complaint("django")

    def test_of_what_is_wrapped(self):
        assert "serves HTTP only" in complaint("wrapped_django")
        assert "only 'http'" in complaint("wrapped_without")
