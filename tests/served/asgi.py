"""What servers load; the environment chooses."""

import os

from channeltest.compat.serving import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.served.settings")

application = get_asgi_application(
    http_timeout=float(os.environ.get("SERVED_HTTP_TIMEOUT", 120)),
    websocket_connect_timeout=float(os.environ.get("SERVED_CONNECT_TIMEOUT", 20)),
)
