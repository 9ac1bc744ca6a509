"""The same on today's Daphne, or uvicorn: ``daphne newsroom.asgi_today:application``."""

import os

from channeltest.compat.serving import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings_today")

application = get_asgi_application()
