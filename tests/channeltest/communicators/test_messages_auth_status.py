"""How an authentication went, by a message or by what the application does."""

from __future__ import annotations

import sys
from dataclasses import FrozenInstanceError
from types import SimpleNamespace

import pytest

from channeltest.communicators.messages import (
    AuthMessage,
    AuthPayload,
    from_payload,
    status_of_acceptance,
    status_of_refusal,
)


def status(message):
    return message.payload.status_code, message.payload.status_text


class TestMessages:
    def test_in_snake_case(self):
        payload = {"status_code": 403, "status_text": "Forbidden", "data": {"detail": "no"}}
        expected = AuthMessage(AuthPayload(403, "Forbidden", {"detail": "no"}))
        assert from_payload(payload) == expected

    def test_in_camel_case(self):
        payload = {"statusCode": 200, "statusText": "OK"}
        assert from_payload(payload) == AuthMessage(AuthPayload(200, "OK"))

    @pytest.mark.parametrize("payload", [None, "yes", [], {"token": "x"}])
    def test_of_others(self, payload):
        assert from_payload(payload) is None

    def test_have_the_action_of_chanx(self):
        assert status_of_acceptance().action == "authentication"

    @pytest.mark.parametrize("of", [AuthMessage, AuthPayload])
    def test_cannot_be_changed(self, of):
        message = status_of_acceptance()
        with pytest.raises(FrozenInstanceError):
            (message if of is AuthMessage else message.payload).action = "x"


class Model:
    """As pydantic's models are made."""

    @classmethod
    def model_validate(cls, content):
        return cls, content


class TestForConsumer:
    @pytest.fixture
    def chanx(self, monkeypatch):
        """The module that has chanx's message."""
        module = SimpleNamespace(AuthenticationMessage=Model)
        monkeypatch.setitem(sys.modules, "chanx.messages.outgoing", module)
        return module

    consumer = type("Consumer", (), {"__module__": "chanx.core"})()

    def test_of_chanx(self, chanx):
        model, content = status_of_acceptance().for_consumer(self.consumer)
        assert model is Model
        assert content["payload"] == {"status_code": 200, "status_text": "OK", "data": None}

    def test_of_a_chanx_that_has_no_such_message(self, chanx):
        del chanx.AuthenticationMessage
        assert status_of_acceptance().for_consumer(self.consumer) == status_of_acceptance()

    @pytest.mark.parametrize("consumer", [None, Model()])
    def test_of_others(self, chanx, consumer):
        assert status_of_acceptance().for_consumer(consumer) == status_of_acceptance()


class TestDeeds:
    def test_keeping_the_connection(self):
        assert status(status_of_acceptance()) == (200, "OK")

    @pytest.mark.parametrize("code", [None, 200, 302, 1000, 4000, 4003, 4200, 4302, 4499, 4999])
    def test_closing_it(self, code):
        assert status(status_of_refusal(code)) == (403, "Forbidden")

    def test_denying_it_with_a_response(self):
        assert status(status_of_refusal(401)) == (401, "Unauthorized")

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            (4400, "Bad Request"),
            (4401, "Unauthorized"),
            (4404, "Not Found"),
            (4502, "Bad Gateway"),
        ],
    )
    def test_closing_it_with_a_code_like_https(self, code, expected):
        assert status(status_of_refusal(code)) == (code - 4000, expected)
