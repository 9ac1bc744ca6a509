from __future__ import annotations

import pytest

from channeltest.upgrade.functions.message_types import check_no_type
from channeltest.upgrade.outcome import Left
from tests.channeltest.upgrade.projects import project


def check(line):
    text = f"import json\nfrom channels import Channel, Group\nchannel = 'work'\n{line}\n"
    check_no_type(project(app__views=text), "work")


@pytest.mark.parametrize(
    "line",
    [
        "Channel('work').send({'type': 'a'})",
        "Channel('work').send({'content': {'type': 'a'}})",
        "client.send_and_consume('work', {'type': 'a'})",
        "message = {'type': 'a'}",
    ],
)
def test_a_type(line):
    with pytest.raises(Left, match="may have a type of its own"):
        check(line)


@pytest.mark.parametrize(
    "line",
    [
        "Group('g').send({'text': json.dumps({'type': 'a'})})",
        "Group('g').send({'text': {'type': 'a'}})",
        "client.send_and_consume('websocket.receive', text={'type': 'a'})",
        "client.send_and_consume('websocket.receive', {'text': {'type': 'a'}})",
        "assert client.receive() == {'type': 'a'}",
        "assert {'type': 'a'}",
        "async_to_sync(layer.group_send)('g', {'type': 'group.message', 'text': 'a'})",
        "found = client.receive() == {'type': 'a'}",
        "self.assertEqual(client.receive(), {'type': 'a'})",
        "self.send_json({'type': 'a'})",
    ],
)
def test_frames(line):
    check(line)
