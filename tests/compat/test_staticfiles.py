from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from channeltest.compat.handler import ViewConsumer
from channeltest.compat.staticfiles import StaticFilesConsumer, StaticFilesHandler
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

from .requesting import request_message

# The signals around requests and consumers look after the database connections.
pytestmark = pytest.mark.django_db


def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"view of {request.path}")


urlpatterns = [re_path("^(?!static/missing)", view)]


@pytest.fixture(autouse=True)
def static(settings: Any, tmp_path: Path) -> Any:
    """A project with one static file."""
    (tmp_path / "a file.txt").write_bytes(b"static")
    settings.ROOT_URLCONF = __name__
    settings.STATIC_URL = "/static/"
    settings.STATICFILES_DIRS = [tmp_path]
    settings.DEBUG = False
    return settings


def get(path: str) -> tuple[int, bytes]:
    replies = list(
        StaticFilesHandler()(request_message(path=path, headers=[(b"host", b"testserver")]))
    )
    content = b"".join(reply.get("content", b"") for reply in replies)
    return replies[0]["status"], content


def test_file() -> None:
    assert get("/static/a%20file.txt") == (200, b"static")


def test_view() -> None:
    assert get("/other/") == (200, b"view of /other/")


def test_missing_file_without_debug() -> None:
    assert get("/static/other.txt") == (200, b"view of /static/other.txt")


@pytest.mark.parametrize("path", ["../../x", "%2e%2e/x", "a/../../../etc/passwd", "..", "/etc/x"])
def test_paths_outside(path: str) -> None:
    assert get(f"/static/{path}")[0] in (200, 400, 404)


@pytest.mark.parametrize("path", ["\0", "a\0.txt", "%00", "x" * 5000, "a file.txt/x"])
@pytest.mark.parametrize("debug", [False, True])
def test_paths_that_no_file_can_have(static: Any, path: str, debug: bool) -> None:
    static.DEBUG = debug
    assert get(f"/static/{path}")[0] == (404 if debug else 200)


def test_missing_file_with_debug(static: Any) -> None:
    static.DEBUG = True
    status, content = get("/static/missing.txt")
    assert status == 404
    assert b"could not be found" in content


def test_static_url_of_another_host(static: Any) -> None:
    static.STATIC_URL = "http://cdn.example.com/static/"
    assert get("/static/a%20file.txt") == (200, b"view of /static/a%20file.txt")


@pytest.mark.parametrize("url", [None, ""])
def test_no_static_url(static: Any, url: Any) -> None:
    static.STATIC_URL = url
    with pytest.raises(ImproperlyConfigured):
        StaticFilesHandler()


def test_consumer() -> None:
    consumer = StaticFilesConsumer()
    assert isinstance(consumer, ViewConsumer)
    assert isinstance(consumer.handler, StaticFilesHandler)
