from __future__ import annotations

import threading
from typing import Any

import pytest
from channeltest.compat.exceptions import RequestAborted, RequestTimeout, ResponseLater
from channeltest.compat.handler import AsgiRequest
from channeltest.compat.message import Message
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import QueryDict

from ..processes import PATIENCE
from .requesting import request_message, wrapped

FORM = (b"content-type", b"application/x-www-form-urlencoded")


def request(**content: Any) -> AsgiRequest:
    return AsgiRequest(request_message(**content))


def uploading(*chunks: dict[str, Any], layer: Any = None, **content: Any) -> Message:
    message = request_message(layer, method="POST", body_channel="upload", **content)
    for chunk in chunks:
        message.channel_layer.send("upload", chunk)
    return message


class TestHeadersThatImitateOthers:
    def test_underscores(self) -> None:
        headers = [(b"x_user", b"admin"), (b"x-user", b"ann"), (b"content_length", b"9")]
        meta = request(headers=headers).META
        assert meta["HTTP_X_USER"] == "ann"
        assert "CONTENT_LENGTH" not in meta
        assert not any("admin" in str(value) for value in meta.values())

    def test_divided_cookies(self) -> None:
        headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2")]
        assert request(headers=headers).COOKIES == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("root_path", "path", "path_info"),
    [
        ("/app", "/app/x/", "/x/"),
        ("/app/", "/app/x/", "/x/"),
        ("/app", "/apple/", "/apple/"),
        ("/app", "/app", ""),
        ("", "/app/", "/app/"),
        ("/", "/app/", "/app/"),
        (None, "/app/", "/app/"),
    ],
)
def test_root_path(root_path: str | None, path: str, path_info: str) -> None:
    assert request(root_path=root_path, path=path).path_info == path_info


class TestSizeOfTheBody:
    FORM = (b"content-type", b"application/x-www-form-urlencoded")

    def form(self, size: int) -> AsgiRequest:
        return request(method="POST", headers=[self.FORM], body=b"a=" + b"x" * (size - 2))

    def test_a_form_that_is_too_long(self, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
        assert len(self.form(100).POST["a"]) == 98
        with pytest.raises(RequestDataTooBig):
            self.form(101).POST  # noqa: B018
        with pytest.raises(RequestDataTooBig):
            self.form(101).body  # noqa: B018

    def test_no_limit(self, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
        assert len(self.form(1000).body) == 1000

    def test_too_many_fields(self, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 2
        with pytest.raises(TooManyFieldsSent):
            request(method="POST", headers=[self.FORM], body=b"a=1&b=2&c=3").POST  # noqa: B018

    def test_files_do_not_count(self, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
        head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
        body = head + b"y" * 1000 + b"\r\n--x--\r\n"
        headers = [
            (b"content-type", b"multipart/form-data; boundary=x"),
            (b"content-length", str(len(body)).encode()),
        ]
        assert request(method="POST", headers=headers, body=body).FILES["f"].size == 1000


class TestAddress:
    def test_minimum(self) -> None:
        meta = request(path="/there/").META
        assert meta == {
            "REQUEST_METHOD": "GET",
            "QUERY_STRING": "",
            "SCRIPT_NAME": "",
            "PATH_INFO": "/there/",
            "SERVER_NAME": "unknown",
            "SERVER_PORT": "0",
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
        }

    def test_method_is_upper_case(self) -> None:
        assert request(method="put").method == "PUT"

    def test_client_and_server(self) -> None:
        meta = request(client=["10.0.0.1", 1234], server=["10.0.0.2", 80]).META
        assert (meta["REMOTE_ADDR"], meta["REMOTE_HOST"]) == ("10.0.0.1", "10.0.0.1")
        assert (meta["REMOTE_PORT"], meta["SERVER_NAME"]) == (1234, "10.0.0.2")
        assert meta["SERVER_PORT"] == "80"

    def test_root_path_is_taken_off(self) -> None:
        seen = request(path="/app/x/", root_path="/app")
        assert (seen.path, seen.path_info, seen.script_name) == ("/app/x/", "/x/", "/app")

    def test_root_path_that_does_not_fit_is_left(self) -> None:
        assert request(path="/x/", root_path="/app").path_info == "/x/"

    @pytest.mark.parametrize("query", [b"x=1&y=%26foo+bar", "x=1&y=%26foo+bar"])
    def test_query_string(self, query: bytes | str) -> None:
        seen = request(query_string=query)
        assert QueryDict("x=1&y=%26foo+bar") == seen.GET
        assert seen.META["QUERY_STRING"] == "x=1&y=%26foo+bar"

    def test_query_string_that_is_not_utf8(self) -> None:
        with pytest.raises(UnicodeDecodeError):
            request(query_string=b"\xff")

    def test_scheme(self) -> None:
        assert request().scheme == "http"
        assert request(scheme="https").is_secure()

    @pytest.mark.parametrize("key", ["path", "method"])
    def test_required_keys(self, key: str) -> None:
        message = request_message()
        del message.content[key]
        with pytest.raises(KeyError, match=key):
            AsgiRequest(message)

    def test_reply_channel(self) -> None:
        assert str(request(reply_channel="http.response!me").reply_channel) == "http.response!me"

    def test_response_later(self) -> None:
        assert AsgiRequest.ResponseLater is ResponseLater


class TestHeaders:
    def test_in_meta(self) -> None:
        seen = request(headers=[(b"x-thing", b"1"), (b"content-length", b"3"), FORM])
        assert seen.META["HTTP_X_THING"] == "1"
        assert seen.META["CONTENT_LENGTH"] == "3"
        assert seen.headers["X-Thing"] == "1"
        assert seen.content_type == "application/x-www-form-urlencoded"

    def test_of_one_name_are_joined(self) -> None:
        assert request(headers=[(b"a", b"1"), (b"a", b"2")]).META["HTTP_A"] == "1,2"

    def test_as_a_dict_is_rewritten(self) -> None:
        message = request_message(headers={"cookie": b"a=b"})
        assert AsgiRequest(message).COOKIES == {"a": "b"}
        assert message["headers"] == [(b"cookie", b"a=b")]

    def test_cookies(self) -> None:
        assert request(headers=[(b"cookie", b"a=1; b=2")]).COOKIES == {"a": "1", "b": "2"}

    def test_charset(self) -> None:
        seen = request(headers=[(b"content-type", b"text/plain; charset=latin1")])
        assert seen.encoding == "latin1"
        assert seen.content_params == {"charset": "latin1"}

    def test_unknown_charset(self) -> None:
        assert request(headers=[(b"content-type", b"text/plain; charset=martian")]).encoding is None

    def test_no_content_type(self) -> None:
        assert (request().content_type, request().content_params) == ("", {})


class TestBody:
    def test_none(self) -> None:
        assert request().body == b""

    def test_form(self) -> None:
        seen = request(method="POST", body=b"ponies=are+awesome", headers=[FORM])
        assert seen.POST["ponies"] == "are awesome"
        assert not seen.FILES

    def test_post_can_be_replaced(self) -> None:
        seen = request(method="POST", body=b"a=1", headers=[FORM])
        seen.POST = QueryDict("a=2")
        assert seen.POST["a"] == "2"

    def test_files(self) -> None:
        part = b"--B\r\nContent-Disposition: form-data; name="
        body = (
            part
            + b'"title"\r\n\r\nmine\r\n'
            + part
            + b'"f"; filename="a.txt"\r\n\r\nhi\r\n--B--\r\n'
        )
        headers = [
            (b"content-type", b"multipart/form-data; boundary=B"),
            (b"content-length", str(len(body)).encode()),
        ]
        seen = request(method="POST", body=body, headers=headers)
        assert seen.FILES["f"].read() == b"hi"
        assert seen.POST["title"] == "mine"
        seen.close()

    def test_as_a_stream(self) -> None:
        seen = request(method="POST", body=b"one\ntwo\n")
        assert seen.readline() == b"one\n"
        assert seen.read() == b"two\n"
        assert seen.body == b"one\ntwo\n"

    def test_in_chunks(self) -> None:
        message = uploading({"content": b"b", "more_content": True}, {"content": b"c"}, body=b"a")
        assert AsgiRequest(message).body == b"abc"

    def test_stops_at_the_last_chunk(self) -> None:
        message = uploading({"content": b"b"}, {"content": b"next request's"})
        AsgiRequest(message)
        assert message.channel_layer.receive(["upload"])[1] == {"content": b"next request's"}

    def test_closed(self) -> None:
        with pytest.raises(RequestAborted) as caught:
            AsgiRequest(uploading({"content": b"b", "more_content": True}, {"closed": True}))
        assert not isinstance(caught.value, RequestTimeout)

    def test_captive_layer_times_out_at_once(self) -> None:
        with pytest.raises(RequestTimeout):
            AsgiRequest(uploading({"content": b"b", "more_content": True}))

    def test_timeout(self) -> None:
        class Impatient(AsgiRequest):
            body_receive_timeout = 0

        with pytest.raises(RequestTimeout):
            Impatient(uploading(layer=wrapped()))

    def test_waits_on_other_layers(self) -> None:
        layer = wrapped()
        looked = threading.Event()
        receive = layer.channel_layer.receive

        def receive_many(*args: Any, **kwargs: Any) -> Any:
            looked.set()
            return receive(*args, **kwargs)

        layer.channel_layer.receive_many = receive_many

        def upload() -> None:
            looked.wait(PATIENCE)
            layer.send("upload", {"content": b"late"})

        thread = threading.Thread(target=upload)
        thread.start()
        assert AsgiRequest(uploading(layer=layer)).body == b"late"
        thread.join()

    @pytest.mark.parametrize("body", ["text", None])
    def test_that_is_not_bytes(self, body: Any) -> None:
        with pytest.raises(AssertionError, match="Body is not bytes"):
            request(body=body)

    def test_chunk_without_content(self) -> None:
        with pytest.raises(TypeError, match="bytes"):
            AsgiRequest(uploading({"more_content": False}))
