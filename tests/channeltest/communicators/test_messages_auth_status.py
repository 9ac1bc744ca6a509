"""How an authentication went, by a message or by what the application does."""

from __future__ import annotations

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


class TestDeeds:
    def test_keeping_the_connection(self):
        assert status(status_of_acceptance()) == (200, "OK")

    @pytest.mark.parametrize("code", [None, 200, 302, 1000, 4000, 4003, 4200, 4302, 4499, 4999])
    def test_closing_it(self, code):
        assert status(status_of_refusal(code)) == (403, "Forbidden")

    def test_denying_it_with_a_response(self):
        assert status(status_of_refusal(401)) == (401, "Unauthorized")

    @pytest.mark.parametrize(
        ("code", "expected"), [(4401, "Unauthorized"), (4404, "Not Found"), (4502, "Bad Gateway")]
    )
    def test_closing_it_with_a_code_like_https(self, code, expected):
        assert status(status_of_refusal(code)) == (code - 4000, expected)
