"""``http.request`` through a client, with the reply read raw."""

from channels import route, route_class
from channels.generic import BaseConsumer
from channels.handler import AsgiHandler, AsgiRequest, ViewConsumer
from channels.test import ChannelTestCase, Client, HttpClient, apply_routes
from django.http import HttpResponse, JsonResponse


def answer(message):
    """A consumer that answers with Django's request and response."""
    request = AsgiRequest(message)
    response = HttpResponse(
        "{} {} {} {}".format(
            request.method, request.path, request.GET.get("name"), request.body.decode("ascii")
        ),
        content_type="text/plain",
    )
    response.set_cookie("seen", "1")
    for chunk in AsgiHandler.encode_response(response):
        message.reply_channel.send(chunk)


class RequestConsumer(BaseConsumer):
    method_mapping = {"http.request": "http_request"}

    def http_request(self, message, **kwargs):
        request = AsgiRequest(message)
        response = JsonResponse({"form": request.POST.get("name"), "slug": kwargs["slug"]})
        for chunk in AsgiHandler().encode_response(response):
            message.reply_channel.send(chunk)


@apply_routes(
    [
        route("http.request", answer, path="^/answer/$"),
        route_class(RequestConsumer, path=r"^/class/(?P<slug>\w+)/$", method="^POST$"),
        route("http.request", ViewConsumer()),
    ]
)
class HttpRequestTests(ChannelTestCase):
    def test_the_raw_reply(self):
        client = HttpClient()
        client.send_and_consume(
            "http.request",
            content={
                "method": "POST",
                "path": "/answer/",
                "query_string": "name=ada",
                "body": b"hello",
            },
        )
        reply = client.receive()
        self.assertEqual(reply["status"], 200)
        self.assertEqual(reply["content"], b"POST /answer/ ada hello")
        self.assertEqual(reply["more_content"], False)
        self.assertIn((b"Content-Type", b"text/plain"), [tuple(h) for h in reply["headers"]])
        cookies = [value for name, value in reply["headers"] if name == b"Set-Cookie"]
        self.assertTrue(cookies[0].strip().startswith(b"seen=1"))

    def test_the_path_argument(self):
        client = HttpClient()
        client.send_and_consume("http.request", {"method": "get"}, path="/answer/")
        self.assertEqual(client.receive()["content"], b"GET /answer/ None ")

    def test_a_plain_client(self):
        client = Client()
        client.send_and_consume("http.request", {"method": "GET", "path": "/answer/"})
        self.assertEqual(client.receive()["status"], 200)
        self.assertIsNone(client.receive())

    def test_a_class_with_a_method_mapping(self):
        client = HttpClient()
        client.set_header("content-type", "application/x-www-form-urlencoded")
        body = b"name=ada"
        headers = [
            [b"content-type", b"application/x-www-form-urlencoded"],
            [b"content-length", str(len(body)).encode()],
        ]
        client.send_and_consume(
            "http.request",
            {"method": "POST", "path": "/class/attic/", "body": body, "headers": headers},
        )
        reply = client.receive()
        self.assertEqual(reply["status"], 200)
        self.assertEqual(reply["content"], b'{"form": "ada", "slug": "attic"}')

    def test_a_route_by_method(self):
        client = HttpClient()
        client.send_and_consume("http.request", {"method": "GET", "path": "/class/attic/"})
        self.assertEqual(client.receive()["status"], 404)

    def test_the_view_system(self):
        client = HttpClient()
        client.send_and_consume("http.request", {"method": "GET", "path": "/nowhere/"})
        reply = client.receive()
        self.assertEqual(reply["status"], 404)
        self.assertIn(b"Not Found", reply["content"])

    def test_cookies_of_the_client(self):
        client = HttpClient()
        client.set_cookie("taste", "sweet")
        client.send("http.request", {"method": "GET"}, path="/answer/")
        request = AsgiRequest(self.get_next_message("http.request"))
        self.assertIn("sessionid", request.COOKIES)
        self.assertIn("taste=sweet", request.META["HTTP_COOKIE"])
