from __future__ import annotations

import pytest

from tests.channeltest.upgrade.projects import check_converted, check_left, fix, project, texts

TEXTS = {
    "site__settings": (
        'INSTALLED_APPS = ["channels", "chat"]\n'
        "CHANNEL_LAYERS = {\n"
        '    "default": {\n'
        '        "BACKEND": "asgi_redis.RedisChannelLayer",\n'
        '        "ROUTING": "site.routing.channel_routing",\n'
        "    }\n"
        "}\n"
    ),
    "site__routing": (
        "from channels.routing import route_class\n\nfrom chat.c import C\n\n"
        'channel_routing = [route_class(C, path=r"^/c/")]\n'
    ),
    "site__asgi": (
        "from channels.asgi import get_channel_layer\n\nchannel_layer = get_channel_layer()\n"
    ),
    "chat__c": (
        "from channels.generic.websocket import WebsocketConsumer\n\n\n"
        "class C(WebsocketConsumer):\n"
        "    def connect(self):\n"
        '        self.user = self.scope["user"]\n'
    ),
}
ROUTING = """\
from chat.c import C
from django.urls import re_path

websocket_urlpatterns = [re_path(r"^c/", C.as_asgi())]
"""
ASGI = """\
from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application

# Django is set up here, before the consumers are imported.
django_application = get_asgi_application()

from site.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": django_application,
        "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
    }
)
"""
SETTINGS = """\
INSTALLED_APPS = ["daphne", "channels", "chat"]
ASGI_APPLICATION = "site.asgi.application"
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
    }
}
"""


def test_the_end_of_a_port():
    check_converted(
        "application",
        project(**TEXTS),
        site__routing=ROUTING,
        site__asgi=ASGI,
        site__settings=SETTINGS,
    )


def test_a_new_file():
    without = {name: text for name, text in TEXTS.items() if name != "site__asgi"}
    after, findings = fix("application", project(**without))
    assert after.modules["site.asgi"].text.endswith(ASGI.partition("\n\n")[2])
    assert len(findings) == 2


def test_middleware_of_some_routes():
    plain = "\n\nclass D(WebsocketConsumer):\n    pass\n"
    routing = TEXTS["site__routing"].replace("import C", "import C, D")
    routing = routing.replace('"^/c/")', '"^/c/"), route_class(D)')
    changed = {**TEXTS, "chat__c": TEXTS["chat__c"] + plain, "site__routing": routing}
    after, _ = fix("application", project(**changed))
    text = after.modules["site.routing"].text
    assert 'AuthMiddlewareStack(C.as_asgi())), re_path(r"", D' in text
    assert '"websocket": URLRouter(' in after.modules["site.asgi"].text


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"chat__c": "class C: pass\n"}, "this consumer of Channels 1 is left"),
        ({"chat__views": "from channels import Group\nuse(Group)\n"}, "it imports channels.Group"),
        (
            {"site__settings": TEXTS["site__settings"].replace("site.routing.", "other.")},
            "the routes that it names are not known",
        ),
        (
            {"local": 'CHANNEL_LAYERS = {"x": {"BACKEND": "y", "ROUTING": "other.r"}}\n'},
            "routes of their own each",
        ),
        (
            {"chat__tests": "from site.routing import channel_routing\nuse(channel_routing)\n"},
            "a test uses channel_routing",
        ),
    ],
)
def test_left(changed, reason):
    check_left("application", project(**{**TEXTS, **changed}), reason)


def test_no_routing():
    before = project(**{**TEXTS, "site__settings": "CHANNEL_LAYERS = {}\n"})
    after, findings = fix("application", before)
    assert (texts(after), findings) == (texts(before), [])


def test_a_capacity_that_the_project_leans_on():
    settings = TEXTS["site__settings"].replace("asgi_redis.Redis", "asgiref.inmemory.")
    full = "from channels.exceptions import ChannelFull\n"
    after, _ = fix(
        "application", project(**{**TEXTS, "site__settings": settings, "chat__views": full})
    )
    assert '"CONFIG": {"capacity": 10}' in after.modules["site.settings"].text


def test_a_file_that_was_not_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "asgi.py").write_text("")
    without = {name: text for name, text in TEXTS.items() if name != "site__asgi"}
    check_left("application", project(**without), "is not among what is converted")
