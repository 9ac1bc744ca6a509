"""``AsgiRequest``, ``AsgiHandler``, ``ViewConsumer``, ``StaticFilesConsumer``."""

from channels import Channel, channel_layers, route
from channels.exceptions import RequestAborted, RequestTimeout, ResponseLater
from channels.handler import AsgiHandler, AsgiRequest, ViewConsumer
from channels.message import Message
from channels.staticfiles import StaticFilesConsumer, StaticFilesHandler
from channels.test import Client, apply_routes
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.test.utils import override_settings

from tests.differential.recorder import scenario


def make(**content):
    content.setdefault("reply_channel", "reply")
    content.setdefault("http_version", "1.1")
    content.setdefault("method", "GET")
    content.setdefault("path", "/test/")
    return Message(content, "http.request", channel_layers["default"])


def request(**content):
    return AsgiRequest(make(**content))


def responses(**content):
    return list(AsgiHandler()(make(**content)))


@scenario
def basic_request(t):
    found = request()
    t.note("path", found.path)
    t.note("path_info", found.path_info)
    t.note("method", found.method)
    t.note("body", found.body)
    t.note("meta", {key: str(value) for key, value in found.META.items()})
    t.note("GET", dict(found.GET))
    t.note("POST", dict(found.POST))
    t.note("FILES", dict(found.FILES))
    t.note("COOKIES", found.COOKIES)
    t.note("scheme", found.scheme)
    t.note("content type", [found.content_type, found.content_params])
    t.note("resolver match", found.resolver_match)
    t.note("reply channel", found.reply_channel)


@scenario
def extended_request(t):
    found = request(
        path="/test2/",
        method="post",
        query_string=b"a=1&a=2&b=%E2%82%AC",
        headers=[
            [b"host", b"example.com"],
            [b"x-custom-header", b"caf\xe9"],
            [b"cookie", b"c=3; d=4"],
        ],
        client=["10.0.0.1", 1234],
        server=["server.test", 80],
        scheme="https",
    )
    t.note("method", found.method)
    t.note("GET", {key: found.GET.getlist(key) for key in sorted(found.GET)})
    t.note("COOKIES", found.COOKIES)
    t.note("meta", {key: str(value) for key, value in found.META.items()})
    t.note("scheme", found.scheme)
    t.note("secure", found.is_secure())
    t.note("host", found.get_host())


@scenario
def query_string_as_text(t):
    t.note("GET", dict(request(query_string="a=1").GET))


@scenario
def repeated_headers_join(t):
    found = request(headers=[[b"x-a", b"1"], [b"x-a", b"2"]])
    t.note("x-a", found.META["HTTP_X_A"])


@scenario
def old_style_header_dict(t):
    message = make(headers={"host": b"example.com", "x-a": b"1"})
    found = AsgiRequest(message)
    t.note("meta", [found.META["HTTP_HOST"], found.META["HTTP_X_A"]])
    t.note("rewritten", sorted(message["headers"]))


@scenario
def root_path(t):
    found = request(path="/prefix/inner/", root_path="/prefix")
    t.note("path", [found.path, found.path_info, found.script_name, found.META["SCRIPT_NAME"]])
    found = request(path="/other/", root_path="/prefix")
    t.note("elsewhere", [found.path, found.path_info])


@scenario
def post_form(t):
    body = b"value=23&other=a+b"
    headers = [
        [b"content-type", b"application/x-www-form-urlencoded"],
        [b"content-length", str(len(body)).encode("ascii")],
    ]
    found = request(method="POST", body=body, headers=headers)
    t.note("POST", dict(found.POST))
    t.note("body", found.body)
    t.note("content type", found.content_type)


@scenario
def post_files(t):
    body = (
        b"--BOUNDARY\r\n"
        b'Content-Disposition: form-data; name="title"\r\n\r\nMy First Book\r\n'
        b"--BOUNDARY\r\n"
        b'Content-Disposition: form-data; name="pdf"; filename="book.pdf"\r\n\r\nFAKEPDFBYTES\r\n'
        b"--BOUNDARY--"
    )
    headers = [
        [b"content-type", b"multipart/form-data; boundary=BOUNDARY"],
        [b"content-length", str(len(body)).encode("ascii")],
    ]
    found = request(method="POST", body=body, headers=headers)
    t.note("POST", dict(found.POST))
    t.note("file", [found.FILES["pdf"].name, found.FILES["pdf"].read()])
    t.note("params", sorted(found.content_params))


@scenario
def charset(t):
    # Django 5 reads no form that is not UTF-8, so the body is left alone.
    found = request(
        headers=[[b"content-type", b"application/x-www-form-urlencoded; charset=latin1"]]
    )
    t.note("encoding", found.encoding)
    t.note("params", found.content_params)
    found = request(headers=[[b"content-type", b"text/plain; charset=nonsense"]])
    t.note("unknown", found.encoding)
    t.note("params", found.content_params)


@scenario
def body_in_chunks(t):
    layer = channel_layers["default"]
    layer.send("body", {"content": b"one ", "more_content": True})
    layer.send("body", {"content": b"two ", "more_content": True})
    layer.send("body", {"content": b"three"})
    t.note("body", request(method="POST", body=b"zero ", body_channel="body").body)


@scenario
def body_closed(t):
    channel_layers["default"].send("body", {"content": b"one", "more_content": True})
    channel_layers["default"].send("body", {"closed": True})
    t.raises("request", request, body_channel="body")
    t.note("class", issubclass(RequestAborted, Exception))


@scenario
def body_too_slow(t):
    class Impatient(AsgiRequest):
        body_receive_timeout = -1

    t.raises("request", Impatient, make(body_channel="body"))
    t.note("timeout", AsgiRequest.body_receive_timeout)
    t.note("class", issubclass(RequestTimeout, Exception))


@scenario
def body_that_is_no_bytes(t):
    t.raises("text", request, body="text")


@scenario
def content_length_that_is_no_number(t):
    t.raises(
        "request", lambda: request(headers=[[b"content-length", b"many"]]).META["CONTENT_LENGTH"]
    )


@scenario
def missing_path_and_method(t):
    content = {"reply_channel": "reply"}
    t.raises("path", AsgiRequest, Message(content, "http.request", channel_layers["default"]))
    content["path"] = "/"
    t.raises("method", AsgiRequest, Message(content, "http.request", channel_layers["default"]))


@scenario
def assigning_post(t):
    found = request()
    found.POST = {"a": 1}
    t.note("POST", found.POST)


@scenario
def request_knows_response_later(t):
    t.note("class", AsgiRequest.ResponseLater is ResponseLater)


@scenario
def handler_runs_a_view(t):
    t.note("hello", responses(path="/hello/", query_string=b"name=anna"))


@scenario
def handler_inspects(t):
    import json

    body = b"a=1"
    headers = [
        [b"host", b"testserver"],
        [b"content-type", b"application/x-www-form-urlencoded"],
        [b"content-length", b"3"],
    ]
    found = responses(
        path="/inspect/", method="POST", body=body, headers=headers, query_string=b"q=2"
    )
    t.note("view saw", json.loads(found[0]["content"].decode("utf8")))
    t.note("headers", found[0]["headers"])


@scenario
def handler_not_found(t):
    found = responses(path="/nothing/")
    t.note("status", [message.get("status") for message in found])


@scenario
def handler_error(t):
    found = responses(path="/broken/")
    t.note("status", [message.get("status") for message in found])


@scenario
def handler_error_propagating(t):
    with override_settings(DEBUG_PROPAGATE_EXCEPTIONS=True):
        t.raises("response", responses, path="/broken/")


@scenario
def handler_streams(t):
    t.note("stream", responses(path="/stream/"))


@scenario
def handler_sends_files(t):
    found = responses(path="/file/")
    t.note("status", found[0]["status"])
    t.note("more", [message["more_content"] for message in found])
    t.note("begins", found[0]["content"][:20])


@scenario
def handler_cookies(t):
    found = responses(path="/cookie/", headers=[[b"cookie", b"a=1; b=2"]])
    t.note("response", found)


@scenario
def handler_response_later(t):
    t.note("nothing", responses(path="/later/"))
    t.messages("later")


@scenario
def handler_script_prefix(t):
    t.note("prefix", responses(path="/prefix/script/", root_path="/prefix")[0]["content"])
    t.note("none", responses(path="/script/")[0]["content"])


@scenario
def handler_bad_encoding(t):
    with t.logs("django.request"):
        found = responses(path="/hello/", query_string=b"name=\xff")
    t.note("status", found[0]["status"])


@scenario
def handler_slow_and_aborted_bodies(t):
    class Impatient(AsgiRequest):
        body_receive_timeout = -1

    class Handler(AsgiHandler):
        request_class = Impatient

    t.note("timeout", list(Handler()(make(path="/hello/", body_channel="body"))))
    channel_layers["default"].send("body", {"closed": True})
    t.note("aborted", responses(path="/hello/", body_channel="body"))


@scenario
def handler_signals(t):
    from django.core.signals import request_finished, request_started

    seen = []

    def started(sender, **kwargs):
        seen.append(["started", sender.__name__, sorted(set(kwargs) - {"signal"})])

    def finished(sender, **kwargs):
        seen.append(["finished"])

    from django.db import close_old_connections

    request_finished.disconnect(close_old_connections)
    request_started.disconnect(close_old_connections)
    request_started.connect(started)
    request_finished.connect(finished)
    try:
        responses(path="/hello/")
    finally:
        request_started.disconnect(started)
        request_finished.disconnect(finished)
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
    t.note("seen", seen)


@scenario
def encode_a_response(t):
    response = HttpResponse(b"Hi there!", content_type="text/plain")
    response["X-Thing"] = "value"
    response.status_code = 201
    t.note("messages", list(AsgiHandler.encode_response(response)))
    t.note("empty", list(AsgiHandler.encode_response(HttpResponse())))
    t.note("from an instance", list(AsgiHandler().encode_response(HttpResponse("text"))))


@scenario
def encode_redirect_and_json(t):
    t.note("redirect", list(AsgiHandler.encode_response(HttpResponseRedirect("/there/"))))
    t.note("json", list(AsgiHandler.encode_response(JsonResponse({"a": 1}))))


@scenario
def encode_cookies(t):
    response = HttpResponse("x")
    response.set_cookie("one", "1")
    response.set_cookie("two", "2", path="/sub", httponly=True)
    t.note("headers", next(AsgiHandler.encode_response(response))["headers"])


@scenario
def encode_in_chunks(t):
    class Small(AsgiHandler):
        chunk_size = 3

    t.note("plain", list(Small.encode_response(HttpResponse(b"01234567"))))
    t.note("exact", [dict(m, headers=None) for m in Small.encode_response(HttpResponse(b"012345"))])
    streaming = StreamingHttpResponse(iter([b"0123456", b"", b"x"]))
    t.note(
        "stream",
        [{k: v for k, v in m.items() if k != "headers"} for m in Small.encode_response(streaming)],
    )
    t.note("default", AsgiHandler.chunk_size)


@scenario
def chunk_bytes(t):
    class Small(AsgiHandler):
        chunk_size = 4

    for data in [b"", b"abc", b"abcd", b"abcde"]:
        t.note(repr(data), list(Small.chunk_bytes(data)))


@scenario
def view_consumer_replies(t):
    with apply_routes([route("http.request", ViewConsumer())]):
        client = Client()
        client.send_and_consume(
            "http.request", {"method": "GET", "path": "/hello/", "query_string": b"name=bo"}
        )
        t.note("reply", client.receive())
        client.send_and_consume("http.request", {"method": "GET", "path": "/stream/"})
        t.messages(client.reply_channel)


@scenario
def view_consumer_sends_at_once(t):
    from channels.message import pending_message_store

    pending_message_store.prepare()
    ViewConsumer()(make(path="/hello/"))
    t.messages("reply")
    Channel("other").send({"delayed": True})
    t.messages("other")


@scenario
def view_consumer_waits_for_a_full_channel(t):
    from unittest import mock

    for number in range(10):
        Channel("reply").send({"n": number})

    def sleep(seconds):
        t.note("slept", seconds)
        channel_layers["default"].receive(["reply"])

    with mock.patch("time.sleep", sleep):
        t.raises("consumer", ViewConsumer(), make(path="/hello/"))


@scenario
def view_consumer_has_a_handler_class(t):
    t.note("handler", ViewConsumer.handler_class.__name__)
    t.note("static", StaticFilesConsumer.handler_class.__name__)
    t.note(
        "subclass",
        [
            issubclass(StaticFilesConsumer, ViewConsumer),
            issubclass(StaticFilesHandler, AsgiHandler),
        ],
    )
    t.note("request class", AsgiHandler.request_class.__name__)


@scenario
def static_files(t):
    def serve(path):
        StaticFilesConsumer()(make(path=path))
        contents = []
        while True:
            message = t.case.get_next_message("reply")
            if message is None:
                break
            contents.append(message)
        return [
            contents[0]["status"],
            b"".join(message.get("content", b"") for message in contents),
        ]

    t.note("file", serve("/static/hello.txt"))
    t.note("missing", serve("/static/missing.txt")[0])
    t.note("view", serve("/hello/"))


@scenario
def static_files_handler(t):
    handler = StaticFilesHandler()
    t.note("base url", handler.get_base_url())
    t.note("file path", handler.file_path("/static/a%20b/c.txt"))
    t.note("handles", [handler._should_handle("/static/x"), handler._should_handle("/x")])
    with override_settings(STATIC_URL="http://cdn.test/static/"):
        t.note("another host", StaticFilesHandler()._should_handle("/static/x"))


@scenario
def http_through_the_default_route(t):
    with apply_routes([route("other", lambda message: None)]):
        channel_layers["default"].router.check_default()
        client = Client()
        client.send_and_consume("http.request", {"method": "GET", "path": "/hello/"})
        t.note("reply", client.receive()["content"])


@scenario
def request_in_a_consumer(t):
    def consumer(message):
        found = AsgiRequest(message)
        for reply in AsgiHandler.encode_response(
            HttpResponse("%s %s" % (found.method, found.path))
        ):
            message.reply_channel.send(reply)

    with apply_routes([route("http.request", consumer, path="^/api/")]):
        client = Client()
        client.send_and_consume("http.request", {"method": "PUT", "path": "/api/x", "body": b""})
        t.note("reply", client.receive())
