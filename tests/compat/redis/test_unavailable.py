from __future__ import annotations

import pytest
from channeltest.compat.redis.errors import UnsupportedRedis
from channeltest.compat.redis.unavailable import UNREACHABLE, Unavailable, unavailable_servers
from redis.exceptions import AuthenticationError, ResponseError


@pytest.mark.parametrize(
    "text",
    [
        "MISCONF Redis is configured to save RDB snapshots, but it is unable to persist",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "READONLY You can't write against a read only replica.",
        "LOADING Redis is loading the dataset in memory",
        "BUSY Redis is busy running a script.",
        "Command # 1 (ZADD k) of pipeline caused error: MISCONF Redis is configured to",
        "ERR Error running script (call to f_1): @user_script:1: -OOM command not allowed when",
        "NOREPLICAS Not enough good replicas to write.",
        "UNBLOCKED force unblock from blocking operation, instance state changed",
    ],
)
def test_a_server_that_cannot_serve(text: str) -> None:
    with pytest.raises(UNREACHABLE, match=text[:10]), unavailable_servers():
        raise ResponseError(text)


@pytest.mark.parametrize(
    "text",
    [
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "ERR unknown key BUSY",
    ],
)
def test_a_mistake_stays_one(text: str) -> None:
    with pytest.raises(ResponseError) as caught, unavailable_servers():
        raise ResponseError(text)
    assert not isinstance(caught.value, Unavailable)


@pytest.mark.parametrize(
    "text",
    [
        "unknown command 'BZPOPMIN'",
        "ERR Error running script: @user_script:5: Unknown Redis command called from script",
    ],
)
def test_a_server_that_is_too_old(text: str) -> None:
    with pytest.raises(UnsupportedRedis, match=text[:10]) as caught, unavailable_servers():
        raise ResponseError(text)
    assert "Redis 5" in "".join([*caught.value.args, *getattr(caught.value, "__notes__", [])])


@pytest.mark.parametrize("kind", UNREACHABLE)
def test_a_server_that_cannot_be_reached(kind: type[Exception]) -> None:
    with pytest.raises(kind) as caught, unavailable_servers():
        raise kind("Connection refused.")
    assert ["captive layer" in note for note in notes_of(caught.value)] == [True]


def test_a_server_that_refuses_the_client() -> None:
    with pytest.raises(AuthenticationError) as caught, unavailable_servers():
        raise AuthenticationError("invalid username-password pair")
    assert notes_of(caught.value) == []


def notes_of(error: BaseException) -> list[str]:
    return getattr(error, "__notes__", [])
