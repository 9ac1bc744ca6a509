"""``async_test`` with its set-up and tear-down, and headers of users."""

from __future__ import annotations

import asyncio

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User
from django.test import SimpleTestCase, override_settings

from channeltest import APICommunicator, WebsocketCommunicator, async_test, get_headers_for_user

from ..chats import application
from ..helpers import run

pytestmark = pytest.mark.django_db(transaction=True)


def keeping(seen, **raising):
    """A case that keeps the order of its calls; those that are named raise an error."""

    def called(name):
        seen.append(name)
        if name in raising:
            raise raising[name]

    class Case(SimpleTestCase):
        async def asyncSetUp(self):
            self.loop = asyncio.get_running_loop()
            called("asyncSetUp")

        async def asyncTearDown(self):
            assert self.loop is asyncio.get_running_loop()
            called("asyncTearDown")

        @async_test
        async def test(self):
            assert self.loop is asyncio.get_running_loop()
            called("test")

    return Case


class TestAsyncTest:
    def test_runs_its_steps_on_the_loop_of_the_test(self):
        seen = []
        assert run(keeping(seen)) == {"test": "ok"}
        assert seen == ["asyncSetUp", "test", "asyncTearDown"]

    def test_tears_down_what_failed(self):
        seen = []
        assert run(keeping(seen, test=AssertionError("x"))) == {"test": "AssertionError: x"}
        assert seen == ["asyncSetUp", "test", "asyncTearDown"]

    def test_does_not_tear_down_what_was_not_set_up(self):
        seen = []
        assert run(keeping(seen, asyncSetUp=KeyError("x"))) == {"test": "KeyError: 'x'"}
        assert seen == ["asyncSetUp"]

    def test_reports_both_failures(self):
        case = keeping([], test=AssertionError("x"), asyncTearDown=KeyError("y"))
        assert run(case) == {"test": "AssertionError: x, KeyError: 'y'"}

    def test_reports_a_tear_down_that_fails_alone(self):
        assert run(keeping([], asyncTearDown=KeyError("y"))) == {"test": "KeyError: 'y'"}

    def test_needs_neither(self):
        class Case(SimpleTestCase):
            @async_test
            async def test_named(self):
                """Say something."""

        assert run(Case) == {"test_named": "ok"}
        assert Case.test_named.__doc__ == "Say something."


class TestHeaders:
    @override_settings(
        CHANNEL_LAYERS={"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    )
    def test_log_a_user_in(self):
        async def connect():
            user = await User.objects.acreate(username="ada")
            headers = await get_headers_for_user(user)
            async with APICommunicator(application, "/chat/one/", headers) as client:
                assert client.consumer.scope["user"] == user
            [(name, _)] = headers
            assert name == b"cookie"

        async_to_sync(connect)()

    def test_have_the_cookie_of_the_settings(self):
        user = User.objects.create(username="ada")
        with override_settings(SESSION_COOKIE_NAME="crumb"):
            [(_, value)] = async_to_sync(get_headers_for_user)(user)
        assert value.startswith(b"crumb=")
        assert b";" not in value


def test_the_communicator_is_one_of_ours():
    assert issubclass(APICommunicator, WebsocketCommunicator)
