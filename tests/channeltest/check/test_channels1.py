from __future__ import annotations

import pytest

from channeltest.check.channels1 import code_of, find
from channeltest.check.tokens import Source


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("channels.Group", "CT201"),
        ("channels.asgi", "CT204"),
        ("channels.asgi.get_channel_layer", "CT204"),
        ("channels.sessions.channel_session", "CT205"),
        ("channels.sessions.SessionMiddlewareStack", None),
        ("channels.auth.AuthMiddlewareStack", None),
        ("channels.generic.websockets.WebsocketDemultiplexer", "CT207"),
        ("channels.generic.websocket.WebsocketConsumer", None),
        ("channels.exceptions.DenyConnection", None),
        ("channels.exceptions.ConsumeLater", "CT212"),
        ("channels.test.ChannelTestCase", None),
        ("channels.routing.URLRouter", None),
        ("asgiref.sync.async_to_sync", None),
        ("channelsx.Group", None),
    ],
)
def test_codes(name, code):
    assert code_of(name) == code


def test_imports():
    source = Source(
        "from channels import Group\nfrom channels.binding.websockets import X\nprint 'x'"
    )
    assert [(source.place(start), code) for start, code, _ in find(source)] == [
        ((1, 22), "CT201"),
        ((2, 41), "CT208"),
    ]
