"""Messages as objects, and as the JSON they become."""

from __future__ import annotations

import dataclasses
import datetime
import json
import types

import pytest
from django.test import override_settings

from channeltest.communicators.messages import action_of, as_json, content_of, is_completion


@dataclasses.dataclass
class Payload:
    content: str


@dataclasses.dataclass
class Message:
    payload: Payload
    action: str = "said"


class Model1:
    """As pydantic 1 has them."""

    def dict(self):
        return {"action": "said"}


class Model2(Model1):
    """As pydantic 2 has them."""

    def model_dump(self):
        return {"action": "dumped"}


class TestJson:
    @pytest.mark.parametrize(
        ("message", "content"),
        [
            ({"action": "said"}, {"action": "said"}),
            (types.MappingProxyType({"action": "said"}), {"action": "said"}),
            (Message(Payload("hi")), {"action": "said", "payload": {"content": "hi"}}),
            (Model1(), {"action": "said"}),
            (Model2(), {"action": "dumped"}),
            ({"on": datetime.date(2020, 1, 2)}, {"on": "2020-01-02"}),
        ],
    )
    def test_of_what_is_a_message(self, message, content):
        assert json.loads(as_json(content_of(message))) == content

    @pytest.mark.parametrize("message", [None, "text", 1, Message, Model2, object()])
    def test_of_what_is_none(self, message):
        with pytest.raises(TypeError, match=r"takes a pydantic model, an instance .*, not "):
            as_json(content_of(message))


class TestActions:
    @pytest.mark.parametrize("message", [None, [], "text", {}])
    def test_none(self, message):
        assert action_of(message) is None
        assert not is_completion(message)

    def test_under_another_key(self):
        with override_settings(CHANX={"MESSAGE_ACTION_KEY": "kind"}):
            assert action_of({"kind": "said", "action": "x"}) == "said"

    @pytest.mark.parametrize("action", ["complete", "group_complete", "event_complete"])
    def test_that_only_complete(self, action):
        assert is_completion({"action": action, "payload": None})
        assert is_completion({"action": action})
        assert not is_completion({"action": action, "payload": "the whole thing"})
