from __future__ import annotations

from typing import Any

import pytest
from channeltest.compat.handler import AsgiHandler
from channeltest.compat.response import decode_response, encode_headers
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse

from .requesting import request_message


def around(response: Any) -> HttpResponse:
    return decode_response(AsgiHandler.encode_response(response))


class TestEncodeHeaders:
    def test_case_is_kept(self) -> None:
        response = HttpResponse(content_type="text/plain", headers={"X-Odd-CASE": "é"})
        assert encode_headers(response) == [
            (b"X-Odd-CASE", b"\xe9"),
            (b"Content-Type", b"text/plain"),
        ]

    def test_each_cookie_is_a_header(self) -> None:
        response = HttpResponse()
        response.set_cookie("a", "1")
        response.set_cookie("b", "2")
        cookies = [value for name, value in encode_headers(response) if name == b"Set-Cookie"]
        assert cookies == [b" a=1; Path=/", b" b=2; Path=/"]


class TestDecodeResponse:
    def test_undoes_encoding(self) -> None:
        response = around(HttpResponse(b"hi", status=201, content_type="text/x"))
        assert (response.status_code, response.content) == (201, b"hi")
        assert dict(response.items()) == {"Content-Type": "text/x"}

    def test_redirect(self) -> None:
        assert around(HttpResponseRedirect("/there/"))["Location"] == "/there/"

    def test_streaming(self) -> None:
        assert around(StreamingHttpResponse([b"a", b"b"])).content == b"ab"

    def test_cookies(self) -> None:
        response = HttpResponse()
        response.set_cookie("a", "x y", max_age=10, httponly=True)
        response.set_cookie("b", "2")
        cookies = around(response).cookies
        assert cookies.output() == response.cookies.output()

    def test_repeated_header(self) -> None:
        message = {"status": 200, "headers": [(b"Vary", b"Cookie"), ("Vary", "Accept")]}
        assert decode_response(message)["Vary"] == "Cookie, Accept"

    def test_no_headers(self) -> None:
        assert list(decode_response({"status": 204}).items()) == []

    def test_of_a_message(self) -> None:
        assert decode_response(request_message(status=404)).status_code == 404

    @pytest.mark.parametrize(
        ("messages", "problem"),
        [
            ([], "there is no message"),
            ({"content": b"", "text": ""}, r"its keys are \['content', 'text'\]"),
            ({"status": 200, "more_content": True}, "Message 1 of 1 says that more"),
            ([{"status": 200}, {"content": b""}], "Message 1 of 2 says it is the last"),
            ([{"status": 200, "more_content": True}, {"status": 200}], "Message 2 has a status"),
        ],
    )
    def test_incomplete(self, messages: Any, problem: str) -> None:
        with pytest.raises(ValueError, match=problem):
            decode_response(messages)
