"""Views and a middleware for the scenarios that go through Django's handler."""

from channels import Channel
from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse

try:
    from django.urls import re_path
except ImportError:  # Django 1.11
    from django.conf.urls import url as re_path


class StampMiddleware(object):
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response["X-Stamp"] = "stamped"
        return response


def hello(request):
    return HttpResponse("hello %s" % request.GET.get("name", "nobody"))


def inspect(request):
    return JsonResponse(
        {
            "method": request.method,
            "path": request.path,
            "path_info": request.path_info,
            "get": dict(request.GET),
            "post": dict(request.POST),
            "body": request.body.decode("latin1"),
            "scheme": request.scheme,
            "host": request.get_host(),
        }
    )


def cookie(request):
    response = HttpResponse("cookies: %s" % sorted(request.COOKIES.items()))
    response.set_cookie("seen", "yes")
    return response


def stream(request):
    return StreamingHttpResponse(part for part in [b"one", b"two", b"three"])


def file(request):
    return FileResponse(open(__file__, "rb"), content_type="text/x-python")


def later(request):
    Channel("later").send({"reply": request.reply_channel.name}, immediately=True)
    raise request.ResponseLater()


def broken(request):
    raise ValueError("a broken view")


def script(request):
    from django.urls import get_script_prefix

    return HttpResponse(get_script_prefix())


urlpatterns = [
    re_path(r"^hello/$", hello),
    re_path(r"^inspect/$", inspect),
    re_path(r"^cookie/$", cookie),
    re_path(r"^stream/$", stream),
    re_path(r"^file/$", file),
    re_path(r"^later/$", later),
    re_path(r"^broken/$", broken),
    re_path(r"^script/$", script),
]
