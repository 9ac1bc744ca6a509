"""What a websocket test case's communicator knows: where to connect, and when to leave."""

from __future__ import annotations

import pytest

from ..answers import Application, talk


def where(application):
    return tuple(application.scope[key] for key in ("path", "raw_path", "query_string"))


class TestConnect:
    def test_elsewhere(self):
        async def body(communicator):
            return await communicator.connect(ws_path="/é/?a=1")

        application = Application()
        assert talk(application, body, "/here/", connects=False) == (True, None)
        assert where(application) == ("/é/", b"/%C3%A9/", b"a=1")

    def test_where_the_path_is_now(self):
        async def body(communicator):
            path[0] = "/now/"
            await communicator.connect(timeout=3)

        path = ["/then/"]
        application = Application()
        talk(application, body, path[0], path_now=lambda: path[0], connects=False)
        assert where(application) == ("/now/", b"/now/", b"")

    def test_where_it_was_made_for(self):
        application = Application()
        talk(application, lambda communicator: communicator.receive_nothing(), "/a/?b=1")
        assert where(application) == ("/a/", b"/a/", b"b=1")

    def test_nowhere(self):
        with pytest.raises(AttributeError, match="no path to connect to: set 'ws_path'"):
            talk(Application(), lambda communicator: communicator.connect(), "", connects=False)


class TestLeave:
    def test_disconnects(self):
        async def body(communicator):
            await communicator.leave()
            assert communicator.future.done()
            await communicator.leave()

        talk(Application(), body)

    def test_of_one_that_was_never_used(self):
        async def body(communicator):
            await communicator.leave()
            assert communicator._future is None

        talk(Application(), body, connects=False)

    def test_raises_what_nobody_has_seen(self):
        async def body(communicator):
            await communicator.send_message({})
            with pytest.raises(KeyError):
                await communicator.leave()
            await communicator.leave()

        talk(Application(**{"{}": [KeyError("x")]}), body)

    def test_raises_nothing_that_was_seen(self):
        async def body(communicator):
            await communicator.send_message({})
            with pytest.raises(KeyError):
                await communicator.wait()
            await communicator.leave()

        talk(Application(**{"{}": [KeyError("x")]}), body)
