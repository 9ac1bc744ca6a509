"""The same project as an ASGI 3 application."""

from __future__ import annotations

from channeltest.compat.serving import get_asgi_application

application = get_asgi_application()
