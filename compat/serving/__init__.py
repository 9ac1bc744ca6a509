"""Serves the 1.x routing of a project on ASGI 3: ``get_asgi_application()``.

A connection of the server becomes messages on a channel layer, and replies become its events. The
folder may import the layers, the routing and the worker of compat. ``asgi.py`` of a project,
``runserver`` and live servers use it.
"""

from __future__ import annotations

from .project import ProjectApplication, application_of, get_asgi_application

__all__ = ["ProjectApplication", "application_of", "get_asgi_application"]
