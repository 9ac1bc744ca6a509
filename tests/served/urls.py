"""Django's side of the served project."""

import hashlib
import io

from channels import Channel, Group
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.urls import path

CONTENT = bytes(range(256)) * 8192


def enter(request):
    """Log somebody in, who need not exist."""
    user, _ = User.objects.get_or_create(username=request.GET["name"])
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return HttpResponse(user.username)


def upload(request):
    return HttpResponse(f"{len(request.body)} {hashlib.sha1(request.body).hexdigest()}")


def download(request):
    return FileResponse(io.BytesIO(CONTENT), filename="content.bin")


def stream(request):
    return StreamingHttpResponse(iter([b"a", b"b" * 700_000, b"c"]))


def who(request):
    return HttpResponse(request.META.get("HTTP_X_USER", "nobody"))


def form(request):
    return HttpResponse(str(len(request.POST["a"])))


def long_stream(request):
    return StreamingHttpResponse(b"x" * 524288 for _ in range(int(request.GET["megabytes"]) * 2))


def broken_stream(request):
    def parts():
        yield b"a"
        raise ValueError("on purpose")

    return StreamingHttpResponse(parts())


def broken(request):
    raise ValueError("on purpose")


def handler500(request):
    raise ValueError("in the error page")


def announce(request):
    Group(request.GET["room"]).send({"type": "chat.message", "text": request.GET["text"]})
    return HttpResponse("announced")


def shout(request):
    Group(request.GET["room"]).send({"text": request.GET["text"]})
    return HttpResponse("shouted")


def remark(request):
    Channel("remarks").send({"room": request.GET["room"], "text": request.GET["text"]})
    return HttpResponse("remarked")


def start(request):
    Channel("jobs").send({"number": int(request.GET["number"])})
    return HttpResponse("started")


urlpatterns = [
    path("enter/", enter),
    path("upload/", upload),
    path("download/", download),
    path("stream/", stream),
    path("who/", who),
    path("form/", form),
    path("long-stream/", long_stream),
    path("broken-stream/", broken_stream),
    path("broken/", broken),
    path("announce/", announce),
    path("shout/", shout),
    path("remark/", remark),
    path("start/", start),
]
