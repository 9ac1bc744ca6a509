"""What chanx's documentation says of testing, on plain consumers and on real ones of chanx."""

from __future__ import annotations

from unittest.mock import AsyncMock, patch

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client, override_settings

from channeltest import (
    TransactionWebsocketTestCase,
    WebsocketTestCase,
)
from tests.values.models import IntegerValue

from . import message_service, plain_chat

# It does not support every Django that we do.
try:
    from . import chanx_chat
except ImportError:
    chanx_chat = None


def configured(chat, **chanx):
    """The settings of a project with one of the chats."""
    return override_settings(
        ASGI_APPLICATION=f"{chat}.application",
        SERVER_URL="http://chat.example",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        CHANX={"SEND_COMPLETION": False, **chanx},
    )


def written(base):
    """The documentation's test cases over one of ours."""

    class Users(base):
        """A base class of one's own, as the documentation has it: who logs in, and how."""

        def setUp(self):
            self.user, self.ws_headers = self.create_user_and_ws_headers()
            super().setUp()

        def create_user_and_ws_headers(self):
            user = User.objects.create_user(f"user{User.objects.count()}")
            client = Client()
            client.force_login(user)
            cookie_string = f"sessionid={client.cookies['sessionid'].value}; other=1"
            ws_headers = [
                (b"cookie", cookie_string.encode()),
                (b"origin", settings.SERVER_URL.encode()),
                (b"x-forwarded-for", b"127.0.0.1"),
            ]
            return user, ws_headers

        async def acreate_user_and_ws_headers(self):
            return await sync_to_async(self.create_user_and_ws_headers)()

        def get_ws_headers(self):
            return self.ws_headers

    class Session(base):
        """The other way to log in of the documentation."""

        def get_ws_headers(self):
            self.client.login(username="testuser", password="password")
            cookies = self.client.cookies
            return [
                (b"cookie", f"sessionid={cookies['sessionid'].value}".encode()),
                (b"origin", settings.SERVER_URL.encode()),
            ]

    class Everything(Users):
        """The documentation's tests, in its order; ``chat`` is the module with the messages."""

        ws_path = "/ws/myendpoint/"

        async def test_connect(self):
            await self.auth_communicator.connect()
            await self.auth_communicator.assert_authenticated_status_ok()

        async def test_multi_user_scenario(self):
            first_comm = self.auth_communicator
            second_user, second_ws_headers = await self.acreate_user_and_ws_headers()
            second_comm = self.create_communicator(headers=second_ws_headers)
            await first_comm.connect()
            await first_comm.assert_authenticated_status_ok()
            await second_comm.connect()
            await second_comm.assert_authenticated_status_ok()
            assert second_user != self.user

        async def test_communicator_features(self):
            communicator = self.auth_communicator
            connected, _ = await communicator.connect(timeout=3)
            assert connected
            auth_message = await communicator.wait_for_auth()
            assert auth_message.payload.status_code == 200
            await communicator.send_message(self.chat.ChatMessage(payload={"content": "Hello"}))
            messages = await communicator.receive_all_json()
            assert [each["action"] for each in messages] == ["chat_response"]
            assert await communicator.receive_all_json(wait_group=True) == []

        async def test_closed(self):
            communicator = self.create_communicator(headers=[(b"origin", b"http://chat.example")])
            connected, _ = await communicator.connect()
            assert connected
            assert (await communicator.wait_for_auth()).payload.status_code in (401, 403)
            await communicator.assert_closed()

        async def test_ping_pong(self):
            self.ws_path = "/ws/chat/room1/"
            await self.auth_communicator.connect()
            await self.auth_communicator.assert_authenticated_status_ok()
            await self.auth_communicator.send_message(self.chat.PingMessage())
            responses = await self.auth_communicator.receive_all_json()
            assert len(responses) == 1
            assert responses[0]["action"] == "pong"

        async def test_chat_message(self):
            await self.auth_communicator.connect()
            await self.auth_communicator.assert_authenticated_status_ok()
            message_content = "Test message"
            await self.auth_communicator.send_message(
                self.chat.ChatMessage(payload={"content": message_content})
            )
            responses = await self.auth_communicator.receive_all_json()
            assert len(responses) == 1
            response = responses[0]
            assert response["action"] == "chat_response"
            assert response["payload"]["content"] == f"Echo: {message_content}"

        async def test_group_message_broadcast(self):
            self.ws_path = "/ws/chat/group/"
            _, second_ws_headers = await self.acreate_user_and_ws_headers()
            first_comm = self.auth_communicator
            second_comm = self.create_communicator(headers=second_ws_headers)
            await first_comm.connect()
            await first_comm.assert_authenticated_status_ok()
            await second_comm.connect()
            await second_comm.assert_authenticated_status_ok()
            message_content = "This is a group message"
            await first_comm.send_message(
                self.chat.ChatMessage(payload={"content": message_content})
            )
            first_responses = await first_comm.receive_all_json(wait_group=True)
            assert len(first_responses) == 1
            assert first_responses[0]["action"] == "chat_group"
            assert first_responses[0]["payload"]["content"] == message_content
            assert first_responses[0]["is_mine"] == True  # noqa: E712
            second_responses = await second_comm.receive_all_json(wait_group=True)
            assert len(second_responses) == 1
            assert second_responses[0]["action"] == "chat_group"
            assert second_responses[0]["payload"]["content"] == message_content
            assert second_responses[0]["is_mine"] == False  # noqa: E712

        async def test_room_access_permission(self):
            room = await Group.objects.acreate(name="Test Room")
            await self.user.groups.aadd(room)
            _, non_member_headers = await self.acreate_user_and_ws_headers()
            member_comm = self.auth_communicator
            room_path = f"/ws/rooms/{room.id}/"
            connected, _ = await member_comm.connect(ws_path=room_path)
            assert connected == True  # noqa: E712
            auth_message = await member_comm.wait_for_auth()
            assert auth_message.payload.status_code == 200
            non_member_comm = self.create_communicator(headers=non_member_headers)
            connected, _ = await non_member_comm.connect(ws_path=room_path)
            assert connected == True  # noqa: E712
            auth_message = await non_member_comm.wait_for_auth()
            assert auth_message.payload.status_code == 403
            await non_member_comm.assert_closed()

        async def test_database_integration(self):
            with patch.object(message_service, "save_message") as mock_save:
                mock_save.return_value = AsyncMock(id=123, content="Test")
                await self.auth_communicator.connect()
                await self.auth_communicator.assert_authenticated_status_ok()
                await self.auth_communicator.send_message(
                    self.chat.ChatMessage(payload={"content": "Test message"})
                )
                mock_save.assert_called_once()
                _, kwargs = mock_save.call_args
                assert kwargs["content"] == "Test message"
                responses = await self.auth_communicator.receive_all_json()
                assert len(responses) == 1

    class SessionLogin(Session):
        """Logs in with Django's test client."""

        ws_path = "/ws/myendpoint/"

        def setUp(self):
            User.objects.create_user("testuser", password="password")
            super().setUp()

        async def test_connect(self):
            await self.auth_communicator.connect()
            await self.auth_communicator.assert_authenticated_status_ok()

    class CustomApp(Users):
        """The documentation's chat application, whose ``setUp`` is a coroutine."""

        async def setUp(self):
            await super().setUp()
            self.group_chat = await Group.objects.acreate(name="Test Group")
            await self.user.groups.aadd(self.group_chat)

        async def test_connect_and_send_message(self):
            self.ws_path = f"/ws/rooms/{self.group_chat.pk}/"
            await self.auth_communicator.connect()
            await self.auth_communicator.assert_authenticated_status_ok()
            message_content = "Hello group chat!"
            await self.auth_communicator.send_message(
                self.chat.NewChatMessage(payload=self.chat.MessagePayload(content=message_content))
            )
            messages = await self.auth_communicator.receive_all_json(wait_group=True)
            assert len(messages) == 1
            assert messages[0]["action"] == "member_message"
            assert messages[0]["payload"]["content"] == message_content
            db_messages = await IntegerValue.objects.acount()
            assert db_messages == 1

    return Everything, SessionLogin, CustomApp


def variants():
    """A name, a base, a chat and chanx's settings for each way to run them."""
    yield "Plain", WebsocketTestCase, plain_chat, {}
    yield "PlainTransaction", TransactionWebsocketTestCase, plain_chat, {}
    if chanx_chat is not None:
        yield "Chanx", WebsocketTestCase, chanx_chat, {}
        yield "ChanxTransaction", TransactionWebsocketTestCase, chanx_chat, {}
        yield "ChanxComplete", WebsocketTestCase, chanx_chat, {"SEND_COMPLETION": True}


for prefix, base, chat, chanx in variants():
    for case in written(base):
        name = f"{prefix}{case.__name__}"
        named = type(name, (case,), {"chat": chat, "__module__": __name__})
        globals()[name] = configured(chat.__name__, **chanx)(named)
# They are collected under the names they have now.
del case, named
