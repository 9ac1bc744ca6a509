"""Writes ``asgi.py``: the application that serves requests, websockets and workers."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from ...sources.edits import line_end_of
from ...sources.module import Module
from ...sources.project import Project
from ..changes import Changes
from ..outcome import Left
from .middleware import ORIGINS, Stack

_OLD_LAYERS = {"channels.asgi.get_channel_layer"}
_DJANGO = {"django.core.asgi.get_asgi_application"}
_SERVING = {"channeltest.compat.serving.get_asgi_application"}
_MADE_BY = _OLD_LAYERS | _DJANGO | _SERVING
_SETTINGS = re.compile(r"""DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']""")


@dataclass
class Application:
    """What the application consists of.

    Attributes:
        home: The dotted name of the module of the routes.
        websockets: The name of the list of websockets, or ``None``.
        channels: The name of the dict of channels, or ``None``.
        stack: The middleware around all websockets.
    """

    home: str
    websockets: str | None
    channels: str | None
    stack: Stack

    def imports(self) -> list[str]:
        """Return the imports that do not need Django to be set up, in their order."""
        routers = ["ProtocolTypeRouter"]
        if self.channels:
            routers.insert(0, "ChannelNameRouter")
        if self.websockets:
            routers.append("URLRouter")
        lines = [
            f"from channels.routing import {', '.join(routers)}",
            "from django.core.asgi import get_asgi_application",
        ]
        if self.stack:
            lines.append(f"from {ORIGINS[self.stack]} import {self.stack}")
        return sorted(lines)

    def lines(self) -> list[str]:
        """Return the lines that make the application."""
        names = ", ".join(filter(None, (self.websockets, self.channels)))
        parts = ['"http": django_application,']
        if self.websockets:
            router = f"URLRouter({self.websockets})"
            parts.append(f'"websocket": {f"{self.stack}({router})" if self.stack else router},')
        if self.channels:
            parts.append(f'"channel": ChannelNameRouter({self.channels}),')
        return [
            "# Django is set up here, before the consumers are imported.",
            "django_application = get_asgi_application()",
            "",
            f"from {self.home} import {names}  # noqa: E402",
            "",
            "application = ProtocolTypeRouter(",
            "    {",
            *(f"        {part}" for part in parts),
            "    }",
            ")",
        ]


def asgi_module(project: Project, settings: Module) -> tuple[Module | None, str, Path]:
    """Return the ``asgi.py`` of a project, or ``None``, with its dotted name and its path.

    Args:
        project: The project.
        settings: The settings.
    """
    for module in project.modules.values():
        if module.path.name == "asgi.py" and not module.is_test and _made(module):
            return module, module.name, module.path
    wsgi = [each for each in project.modules.values() if each.path.name == "wsgi.py"]
    if len(wsgi) == 1:
        beside = wsgi[0]
        package = beside.name.rpartition(".")[0]
        folder = beside.path.parent
    else:
        folder, package = settings.path.parent, settings.name.rpartition(".")[0]
        if package.rpartition(".")[2] == "settings":
            folder, package = folder.parent, package.rpartition(".")[0]
    name = f"{package}.asgi" if package else "asgi"
    return project.modules.get(name), name, folder / "asgi.py"


def _made(module: Module) -> list[ast.Assign]:
    """The statements of a module that make what a server serves."""
    return [
        node
        for node in module.tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and module.meaning(node.value.func) in _MADE_BY
    ]


def settings_of(project: Project, settings: Module) -> str:
    """Return the settings that ``manage.py`` or ``wsgi.py`` names, or the dotted name of others.

    Args:
        project: The project.
        settings: The settings that are taken if neither names any.
    """
    for name in ("wsgi.py", "manage.py"):
        for module in project.modules.values():
            if module.path.name == name and (found := _SETTINGS.search(module.text)):
                return found[1]
    return settings.name


def new_file(application: Application, settings: str) -> str:
    """Return the text of an ``asgi.py``.

    Args:
        application: The application.
        settings: The dotted name of the settings.
    """
    lines = [
        "import os",
        "",
        *application.imports(),
        "",
        f'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{settings}")',
        "",
        *application.lines(),
        "",
    ]
    return "\n".join(lines)


def convert(project: Project, changes: Changes, module: Module, application: Application) -> None:
    """Have an ``asgi.py`` make the application, in the place of what it made.

    Args:
        project: The project.
        changes: The changes of the project.
        module: The file.
        application: The application.

    Raises:
        Left: What the file makes is not known, or others use it.
    """
    made = _made(module)
    first = module.tree.body[0] if module.tree.body else None
    if len(made) != 1 or first is None:
        node = first or ast.Pass(lineno=1, col_offset=0)
        raise Left(module, node, "what this file makes for the server is not known")
    statement = made[0]
    names = {each.id for each in statement.targets if isinstance(each, ast.Name)}
    for each in ast.walk(module.tree):
        if isinstance(each, ast.Name) and each.id in names and isinstance(each.ctx, ast.Load):
            raise Left(module, each, f"it uses {each.id} once more")
    for name in names:
        for use in project.uses(f"{module.name}.{name}"):
            # The settings of a part that is ported already may name it.
            if not isinstance(use.node, ast.Constant):
                raise Left(use.module, use.node, f"it uses {name}")
    edits, end = changes.edits(module), line_end_of(module.text)
    edits.replace_node(statement, end.join(application.lines()))
    imports = [node for node in module.tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    old = [node for node in imports if _is_replaced(module, node)]
    if len(old) != 1 or len(old[0].names) > 1:
        raise Left(module, statement, "how it is imported is not known")
    edits.replace_node(old[0], end.join(application.imports()))


def _is_replaced(module: Module, node: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name == "channels.asgi" for alias in node.names)
    origin = module.origin(node)
    names = {f"{origin}.{alias.name}" for alias in node.names}
    return bool(names & (_MADE_BY | {"channels.asgi"}))
