from __future__ import annotations

import asyncio
from typing import Any

import pytest
from channeltest.compat.serving.layer_connection import first_to_finish, opening


def test_the_opening_of_a_request() -> None:
    scope = {
        "type": "http",
        "path": "/a/",
        "method": "GET",
        "headers": [[b"host", bytearray(b"x")]],
        "client": ("1.2.3.4", 5),
    }
    assert opening(scope, "http") == {
        "path": "/a/",
        "scheme": "http",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"x")],
        "client": ["1.2.3.4", 5],
        "server": None,
        "http_version": "1.1",
        "method": "GET",
    }


async def finish(value: Any = None) -> None:
    if isinstance(value, Exception):
        raise value


class TestFirstToFinish:
    def test_the_others_are_cancelled(self) -> None:
        ended = []

        async def wait() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(True)

        asyncio.run(first_to_finish(finish(), wait(), wait()))
        assert ended == [True, True]

    def test_an_error(self) -> None:
        with pytest.raises(ValueError, match="x"):
            asyncio.run(first_to_finish(asyncio.sleep(60), finish(ValueError("x"))))

    def test_an_error_of_one_that_is_cancelled_does_not_count(self) -> None:
        async def fail_at_the_end() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                raise OSError("too late")

        asyncio.run(first_to_finish(finish(), fail_at_the_end()))
