"""The same lines on chanx's own test case and on ours: what fails there passes here."""

from __future__ import annotations

import dataclasses
import warnings

import pytest
from django.contrib.auth.models import User
from django.test import override_settings

from channeltest import WebsocketTestCase
from tests.channeltest.chats import NAMED
from tests.channeltest.helpers import run_one

try:
    from chanx.channels import testing as peer
except ImportError:
    peer = pytest.importorskip("chanx.testing")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def project():
    layers = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    with override_settings(ASGI_APPLICATION=NAMED, CHANNEL_LAYERS=layers):
        yield


class Base:
    """One's own base class, over either."""

    ws_path = "/chat/one/"
    consumer = None

    def setUp(self):
        self.client.force_login(User.objects.create(username="ada"))
        super().setUp()

    def get_ws_headers(self):
        return [(b"cookie", f"sessionid={self.client.cookies['sessionid'].value}".encode())]


async def connects(case):
    assert (await case.auth_communicator.connect())[0]


async def connects_elsewhere(case):
    assert (await case.auth_communicator.connect(ws_path="/chat/two/"))[0]


async def goes_where_it_is_sent_late(case):
    communicator = case.auth_communicator
    case.ws_path = "/chat/two/"
    await communicator.connect()
    assert communicator.scope["path"] == "/chat/two/"


async def is_authenticated_by_a_plain_consumer(case):
    await connects(case)
    await case.auth_communicator.assert_authenticated_status_ok()


async def receives_groups_without_completion(case):
    await connects(case)
    await case.auth_communicator.send_json_to({"payload": "hi"})
    assert len(await case.auth_communicator.receive_all_json(0.2, wait_group=True)) == 2


@dataclasses.dataclass
class Message:
    payload: str


async def sends_a_dataclass(case):
    await connects(case)
    await case.auth_communicator.send_message(Message("hi"))


async def takes_a_user(case):
    user = await User.objects.acreate(username="grace")
    assert (await case.create_communicator(user=user).connect())[0]


BODIES = [
    connects_elsewhere,
    goes_where_it_is_sent_late,
    is_authenticated_by_a_plain_consumer,
    receives_groups_without_completion,
    sends_a_dataclass,
    takes_a_user,
]


def outcome(base, body):
    """What becomes of a test; the peer leaves applications behind on loops that are closed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return run_one(type("Case", (Base, base), {}), body)


def test_they_are_alike():
    assert outcome(peer.WebsocketTestCase, connects) == outcome(WebsocketTestCase, connects) == "ok"


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_what_ours_has(body):
    assert outcome(WebsocketTestCase, body) == "ok"
    assert outcome(peer.WebsocketTestCase, body) != "ok"


def test_a_set_up_that_is_a_coroutine():
    seen = []

    def case(base):
        class Case(base):
            async def setUp(self):
                seen.append(base)

        return Case

    outcome(case(WebsocketTestCase), lambda case: None)
    assert seen == [WebsocketTestCase]
    outcome(case(peer.WebsocketTestCase), lambda case: None)
    assert seen == [WebsocketTestCase]


def test_an_error_that_nobody_has_received():
    async def body(case):
        await connects(case)
        await case.auth_communicator.send_json_to({"action": "fail"})

    assert outcome(WebsocketTestCase, body).startswith("ValueError: no such word")
    assert outcome(peer.WebsocketTestCase, body) == "ok"
