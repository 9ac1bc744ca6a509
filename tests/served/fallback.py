"""The modern way round: a modern router whose last route is the rest of the 1.x project."""

import os

from channeltest.compat.serving import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.served.settings")

channels1 = get_asgi_application()

# Only now: these ask for the settings.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.core import asgi  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from .ported import Simple  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": asgi.get_asgi_application(),
        "websocket": URLRouter([path("echo/", Simple.as_asgi()), re_path("", channels1)]),
    }
)
