from __future__ import annotations

import pytest

from tests.channeltest.upgrade.to_async.sources import receive, receive_stays, stays


@pytest.mark.parametrize(
    "text",
    [
        *('text_data + "a"', "-len(text_data)", "[text_data][0]", '{"a": 1}["a"]', "(1, 2)[0]"),
        *("text_data[1:2]", 'text_data if text_data else "a"', 'text_data or "a"', "not text_data"),
        *("[a for a in text_data]", "{a: 1 for a in text_data}", "{a for a in text_data if a}"),
        *('"".join(a for a in text_data)', 'f"{text_data!r:>{10}}"', "1 < len(text_data) < 3"),
        *("sorted(text_data, key=lambda a: -ord(a))", "list(map(str.upper, text_data))"),
        *("sorted(text_data, key=len)", "(a := text_data)", "max(*text_data)", "a is None"),
    ],
)
def test_data(text):
    line = f"a = 1\nself.send({text})"
    assert receive(line) == line.replace("self.send", "await self.send")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "{} + 1",
            "-len({})",
            "[{}]",
            '{{"a": {}}}',
            "[1][{}]",
            "text_data if {} else 1",
            "a or {}",
        ),
        *(
            "[{} for a in text_data]",
            "[a for a in {}]",
            "(a for a in text_data if {})",
            'f"{{{}}}"',
        ),
        *("sorted(text_data, key=lambda a: {})", "1 < {}", "(a := {})", "max(*{})", "not {}"),
        *("{} is None", "dict(**{})"),
    ],
)
def test_data_that_is_read_from_a_database(text):
    receive_stays(f"a = 1\nself.send({text.format('Room.objects.count()')})", "may query")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("lambda: {}", "inside of a lambda"),
        ("f'{{{}}}'", "inside of an f-string"),
        ('"".join({} for a in text_data)', "inside of a generator"),
        ("sorted(text_data, key=lambda a: {})", "inside of a lambda"),
        ("f'{{[{} for a in text_data]}}'", "inside of an f-string"),
    ],
)
def test_where_nothing_can_be_awaited(text, where):
    call = "self.encode_json(text_data)"
    body = f"def receive_json(self, text_data):\n    a = {text.format(call)}\n"
    stays(body, f"it cannot be awaited {where}", "JsonWebsocketConsumer")


def test_awaits_in_a_comprehension():
    assert (
        receive("a = [self.send(a) for a in text_data]")
        == "a = [await self.send(a) for a in text_data]"
    )


def test_a_name_with_two_meanings():
    receive_stays("self.send([json for json in text_data][0])", "json stands for two things")
