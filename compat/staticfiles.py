"""Static files behind the ``http.request`` channel, for development."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlparse
from urllib.request import url2pathname

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import utils
from django.contrib.staticfiles.views import serve
from django.core.exceptions import SuspiciousOperation
from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views import debug

from .handler import AsgiHandler, ViewConsumer


class StaticFilesHandler(AsgiHandler):
    """Serves what lies under ``STATIC_URL``, and Django's views elsewhere.

    Attributes:
        base_url: ``STATIC_URL``, parsed.

    Raises:
        ImproperlyConfigured: ``STATIC_URL`` is not set.

    Source: Channels 1.1.8.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__()
        self.base_url = urlparse(self.get_base_url())

    def get_base_url(self) -> str:
        """Return ``STATIC_URL`` after Django's checks of the settings."""
        utils.check_settings()
        # Text by now: the checks refuse a setting that is None.
        return str(settings.STATIC_URL)

    def _should_handle(self, path: str) -> bool:
        """Whether ``path`` is under a ``STATIC_URL`` that names no other host."""
        return not self.base_url.netloc and path.startswith(self.base_url.path)

    def file_path(self, url: str) -> str:
        """Return the path, relative to the static files, that ``url`` stands for."""
        return url2pathname(url[len(self.base_url.path) :])

    def serve(self, request: HttpRequest) -> HttpResponseBase:
        """Respond with the static file that the request asks for.

        Raises:
            Http404: There is none.
        """
        response: HttpResponseBase = serve(request, self.file_path(request.path), insecure=True)
        return response

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Respond with a static file, or as `AsgiHandler` does.

        A missing file is Django's technical 404 page under ``DEBUG`` and is left to the
        project's URLs otherwise.
        """
        static = self._static_response(request) if self._should_handle(request.path) else None
        return static or super().get_response(request)

    def _static_response(self, request: HttpRequest) -> HttpResponseBase | None:
        try:
            return self.serve(request)
        except SuspiciousOperation as error:
            return response_for_exception(request, error)
        except (Http404, ValueError, OSError) as missing:
            # ValueError and OSError: no file has such a name.
            if not settings.DEBUG:
                return None
            return debug.technical_404_response(request, Http404(str(missing)))


class StaticFilesConsumer(ViewConsumer):
    """`ViewConsumer` with static files; Source: Channels 1.1.8."""

    handler_class = StaticFilesHandler


def default_consumer(serves_static: bool | None = None) -> ViewConsumer:
    """Return what serves ``http.request`` where no route does.

    Args:
        serves_static: Whether static files are served; by default under ``DEBUG``, if
            ``django.contrib.staticfiles`` is installed.
    """
    if serves_static is None:
        serves_static = settings.DEBUG and apps.is_installed("django.contrib.staticfiles")
    return StaticFilesConsumer() if serves_static else ViewConsumer()
