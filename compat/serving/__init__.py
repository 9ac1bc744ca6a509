"""Serving the 1.x routing of a project on ASGI 3: ``get_asgi_application()``."""

from __future__ import annotations

from .project import ProjectApplication, get_asgi_application

__all__ = ["ProjectApplication", "get_asgi_application"]
