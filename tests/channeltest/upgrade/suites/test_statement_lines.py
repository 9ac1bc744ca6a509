from __future__ import annotations

import pytest

from channeltest.upgrade.suites.statement_lines import comments_of
from tests.channeltest.upgrade.suites.cases import behind, left_behind


def test_comments_go_above():
    text = behind(
        """
        client.send_and_consume(
            "websocket.receive",  # a frame
            text={
                "n": 1,  # the number
            },
            path="/a/",
        )  # behind
        """
    )
    assert text.lstrip() == (
        '# a frame\nawait client.send_json_to({\n        "n": 1,  # the number\n    })  # behind\n'
    )


def test_comments_of_a_text():
    assert comments_of('f("#")  # one\n') == ["# one"]


@pytest.mark.parametrize(
    "statements",
    [
        "client.reply_channel = 'x'; x = 1",
        "client.consume('app.work'); x = 1",
        "if PATH: client.send_and_consume(  # why\n    'websocket.receive', text='hi')",
    ],
)
def test_statements_on_one_line(statements):
    assert "another statement stands on its line" in left_behind(statements)


def test_comments_of_what_is_removed():
    text = behind("client.reply_channel = (  # one\n    'x'\n)  # two\nx = 1")
    assert text == "# one\n# two\nx = 1\n"
