from __future__ import annotations

import pytest
from channeltest.compat.redis.encoding import Encoding
from cryptography.fernet import InvalidToken


def test_there_and_back() -> None:
    encoding = Encoding("msgpack", None, 60, 12)
    message = {"text": "é", "bytes": b"\xff", "none": None, "dict": {1: [1.5, True]}}
    assert encoding.deserialize(encoding.serialize(message)) == message


def test_equal_messages_are_two_members() -> None:
    encoding = Encoding("msgpack", None, 60, 12)
    data = encoding.serialize({})
    members = {encoding.member(data) for _ in range(10)}
    assert len(members) == 10
    assert {encoding.data(member) for member in members} == {data}


def test_no_random_prefix() -> None:
    encoding = Encoding("json", None, 60, 0)
    assert encoding.member(encoding.serialize({"n": 1})) == b'{"n": 1}'


def test_encrypted() -> None:
    encoding = Encoding("msgpack", ["new", "old"], 60, 12)
    data = encoding.serialize({"text": "secret"})
    assert b"secret" not in data
    assert encoding.deserialize(data) == {"text": "secret"}
    assert encoding.deserialize(Encoding("msgpack", ["old"], 60, 12).serialize({})) == {}
    with pytest.raises(InvalidToken):
        encoding.deserialize(Encoding("msgpack", ["other"], 60, 12).serialize({}))
