"""Authentication and closing, of any consumer."""

from __future__ import annotations

import asyncio

import pytest

from ..answers import ACCEPT, Application, authentication, close, complaint, message, talk


class TestWaitForAuth:
    def test_takes_the_message(self):
        async def body(communicator):
            message = await communicator.wait_for_auth()
            assert await communicator.receive_nothing()
            return message.action, message.payload.status_code, message.payload.data

        application = Application([ACCEPT, authentication(200)])
        assert talk(application, body) == ("authentication", 200, [1])

    @pytest.mark.parametrize(
        ("first", "code"),
        [
            ([ACCEPT], 200),
            ([ACCEPT, message("welcome")], 200),
            ([ACCEPT, close()], 403),
            ([ACCEPT, message("go away"), close(4401)], 401),
            ([close()], 403),
            ([close(4404)], 404),
            (
                [
                    {"type": "websocket.http.response.start", "status": 401, "headers": []},
                    {"type": "websocket.http.response.body", "body": b"no"},
                ],
                401,
            ),
        ],
    )
    def test_or_sees_it_by_what_is_done(self, first, code):
        async def body(communicator):
            before = communicator.output_queue.qsize()
            message = await communicator.wait_for_auth()
            assert communicator.output_queue.qsize() >= before
            return message.payload.status_code

        assert talk(Application(first), body) == code

    def test_lets_what_follows_happen(self):
        async def application(scope, receive, send):
            await receive()
            await send(ACCEPT)
            await send(authentication(200))
            for _ in range(10):
                await asyncio.sleep(0)
            joined.append(True)
            await receive()

        joined = []
        talk(application, lambda communicator: communicator.wait_for_auth())
        assert joined

    @pytest.mark.parametrize(("seconds", "code"), [(0.05, 401), (1, 200)])
    def test_a_message_that_comes_later(self, seconds, code):
        async def application(scope, receive, send):
            await receive()
            await send(ACCEPT)
            await asyncio.sleep(seconds)
            await send(authentication(401))

        async def body(communicator):
            return (await communicator.wait_for_auth()).payload.status_code

        assert talk(application, body) == code

    def test_expecting_none(self):
        async def body(communicator):
            return await communicator.wait_for_auth(send_authentication_message=False)

        assert talk(Application(), body) is None

    def test_insisting_on_a_message(self):
        async def body(communicator):
            await communicator.wait_for_auth(True)

        assert "expected an authentication message, got nothing" in complaint(Application(), body)
        application = Application([ACCEPT, message("welcome")])
        assert 'got the frame \'{"action": "welcome"' in complaint(application, body)
        for sent, code in ((close(4001), 4001), ({"type": "websocket.close"}, 1000)):
            text = complaint(Application([ACCEPT, sent]), body)
            assert text.endswith(f"got the closing of the connection, with {code}")

    def test_before_connecting(self):
        async def body(communicator):
            await communicator.wait_for_auth()

        assert "call 'await communicator.connect()'" in complaint(
            Application(), body, connects=False
        )

    def test_of_an_application_that_failed(self):
        async def application(scope, receive, send):
            await receive()
            await send(ACCEPT)
            raise KeyError("x")

        with pytest.raises(KeyError):
            talk(application, lambda communicator: communicator.wait_for_auth())


async def assert_ok(communicator):
    await communicator.assert_authenticated_status_ok()


class TestAssertAuthenticatedStatusOk:
    def test_passes(self):
        talk(Application([ACCEPT, authentication(200)]), assert_ok)
        talk(Application(), assert_ok)

    @pytest.mark.parametrize("code", [102, 403])
    def test_says_what_the_message_said(self, code):
        text = complaint(Application([ACCEPT, authentication(code)]), assert_ok, path="/a/")
        assert text == f"/a/ answered {code} x: [1]"

    def test_says_how_it_was_denied(self):
        text = complaint(Application([close(4003)]), assert_ok)
        assert "it denied the connection, with 4003. An origin validator denies" in text


class TestAssertClosed:
    @pytest.mark.parametrize("code", [None, int("4001")])
    def test_takes_the_close(self, code):
        async def body(communicator):
            await communicator.assert_closed(code)
            assert await communicator.receive_nothing()

        talk(Application([ACCEPT, message("complete"), close(4001)]), body)

    @pytest.mark.parametrize("other", [4000, 4002])
    def test_another_code(self, other):
        text = complaint(Application([ACCEPT, close(4001)]), lambda each: each.assert_closed(other))
        assert f"the connection was closed with 4001, not {other}" in text

    def test_of_a_handshake(self):
        async def body(communicator):
            await communicator.send_input({"type": "websocket.connect"})
            await communicator.assert_closed()

        text = complaint(Application(), body, connects=False)
        assert text.endswith("closed, got the event 'websocket.accept'")

    def test_of_an_application_that_failed(self):
        async def application(scope, receive, send):
            await receive()
            await send(ACCEPT)
            raise KeyError("x")

        with pytest.raises(KeyError):
            talk(application, lambda communicator: communicator.assert_closed())

    @pytest.mark.parametrize(
        ("sent", "words"),
        [([], "got nothing: the application"), ([message("x")], 'got the frame \'{"action": "x"')],
    )
    def test_of_an_open_connection(self, sent, words):
        text = complaint(Application([ACCEPT, *sent]), lambda each: each.assert_closed())
        assert f"expected the connection to be closed, {words}" in text
