"""Writes routing lists of Channels 1 as lists of ``re_path`` and dicts of channels."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from ...sources.edits import Edits, entry_span, line_end_of
from ...sources.literals import literal
from ...sources.module import Span
from ..changes import Changes, target_of
from ..outcome import Left
from ..routes import Route
from .middleware import ORIGINS, Stack
from .route_tree import Entry, Tree
from .url_paths import respelled, spelled

WEBSOCKETS, WORKERS = "websocket_urlpatterns", "worker_consumers"


class ListWriter:
    """Writes the lists of a tree; each list once.

    Args:
        changes: The changes of the project.
        root: The list that ``ROUTING`` names, which gets the usual name of such lists.
        stack_of: Returns the middleware around a consumer in its route.

    Attributes:
        names: The names of the websockets and of the channels of each list, by the list's dotted
            name; ``None`` where it has none.
    """

    def __init__(self, changes: Changes, root: Tree, stack_of: Callable[[Entry], Stack]) -> None:
        self._changes, self._root, self._stack_of = changes, root, stack_of
        self.names: dict[str, tuple[str | None, str | None]] = {}
        for tree in root.lists():
            self.names[tree.routing.name] = self._names_of(tree)

    def write(self) -> None:
        """Collect the changes of all lists.

        Raises:
            Left: A file has a name already that is needed.
        """
        for tree in self._root.lists():
            self._write(tree)

    def _names_of(self, tree: Tree) -> tuple[str | None, str | None]:
        module = tree.routing.module
        websockets: str | None = tree.name
        channels: str | None = tree.name
        if tree is self._root:
            websockets, channels = WEBSOCKETS, WORKERS
        elif tree.websockets and tree.channels:
            # Lists of several applications may be imported side by side.
            last = (module.name.split(".") * 2)[-2]
            channels = f"{last}_{WORKERS}"
            websockets = tree.name
        for name in {websockets, channels} - {tree.name}:
            if re.search(rf"\b{name}\b", module.text):
                statement = module.definitions[tree.name]
                raise Left(module, statement, f"the file has a name {name!r} already")
        return websockets if tree.websockets else None, channels if tree.channels else None

    def _write(self, tree: Tree) -> None:
        module, node = tree.routing.module, tree.routing.node
        edits, end = self._changes.edits(module), line_end_of(module.text)
        websockets, channels = self.names[tree.routing.name]
        statement = module.definitions[tree.name]
        assert isinstance(statement, ast.Assign)
        if len(statement.targets) > 1:
            raise Left(module, statement, "it has several names")
        start, stop = module.span(node)
        if isinstance(node, ast.BinOp):
            for entry in tree.channels:
                is_named = not isinstance(entry.route.call, ast.Call)
                if is_named and entry not in tree.websockets:
                    raise Left(module, entry.route.call, "what it adds leads to no websockets")
            if websockets is None:
                raise Left(module, statement, "it adds up lists that lead to no websockets")
        if websockets is None:
            self._rename(edits, statement, tree, channels or tree.name)
            if not isinstance(node, ast.Dict):
                opening = module.text[start] in "(["
                edits.replace((start, start + opening), "{")
                edits.replace((stop - opening, stop), "}")
            for entry in tree.channels:
                self._replace(edits, entry, self._channel(entry))
            return
        self._rename(edits, statement, tree, websockets)
        if isinstance(node, ast.Dict):
            edits.replace((start, start + 1), "[")
            edits.replace((stop - 1, stop), "]")
        for entry in tree.websockets:
            self._replace(edits, entry, self._websocket(entry))
        gone = [entry_span(module, self._span(entry)) for entry in tree.repeated]
        lines = []
        for entry in tree.channels:
            text, comment = self._channel(entry), ""
            if entry not in tree.websockets:
                span = entry_span(module, self._span(entry), with_comment=True)
                comment = module.text[slice(*span)].rstrip()
                comment = comment[comment.index("#") :] if "#" in comment else ""
                if end in comment:
                    raise Left(module, entry.route.call, "a comment stands in what is replaced")
                gone.append(span)
            lines.append(f"    {text},{'  ' if comment else ''}{comment}{end}")
        edits.remove(gone)
        if channels is None:
            return
        at = module.line_end(module.span(statement)[1])
        before = "" if module.text[:at].endswith(("\n", "\r")) else end
        edits.replace((at, at), f"{before}{end}{channels} = {{{end}{''.join(lines)}}}{end}")

    def _rename(self, edits: Edits, statement: ast.Assign, tree: Tree, name: str) -> None:
        if name != tree.name:
            edits.replace_node(statement.targets[0], name)

    def _span(self, entry: Entry) -> Span:
        module = entry.route.module
        return module.span(entry.node)[0], module.span(entry.route.call)[1]

    def _replace(self, edits: Edits, entry: Entry, text: str) -> None:
        start, stop = self._span(entry)
        if entry.route.kind != "dict" and "#" in re.sub(
            r"([\"']).*?\1", "", entry.route.module.text[start:stop]
        ):
            raise Left(entry.route.module, entry.route.call, "a comment stands in what is replaced")
        edits.replace((start, stop), text)

    def _websocket(self, entry: Entry) -> str:
        """Return an entry of a ``URLRouter``."""
        route, module = entry.route, entry.route.module
        if entry.included is not None:
            name = self._included(entry, 0)
            if entry.pattern is None:
                # A sum goes on adding up lists.
                return f"*{name}" if isinstance(route.call, ast.Call) else name
            self._changes.need(module, "channels.routing", "URLRouter")
            target = f"URLRouter({name})"
        else:
            target = f"{self._consumer(route)}.as_asgi()"
            if stack := self._stack_of(entry):
                self._changes.need(module, ORIGINS[stack], stack)
                target = f"{stack}({target})"
        self._changes.need(module, "django.urls", "re_path")
        path = route.filters.get("path")
        pattern = spelled(entry.pattern or "", module.source(path) if path else "")
        if path is not None:
            pattern = respelled(module, path, entry.pattern or "", route.path or "") or pattern
        return f"re_path({pattern}, {target})"

    def _channel(self, entry: Entry) -> str:
        """Return an entry of a ``ChannelNameRouter``."""
        if entry.included is not None:
            return f"**{self._included(entry, 1)}"
        channel = entry.route.channel or ""
        return f'"{channel}": {self._consumer(entry.route)}.as_asgi()'

    def _consumer(self, route: Route) -> str:
        """Return how a route spells its consumer."""
        dotted = literal(route.target)
        if dotted is None:
            return route.module.source(route.target)
        home, _, name = dotted.rpartition(".")
        if home == route.module.name:
            raise Left(route.module, route.call, "it names a consumer of its own file by a path")
        self._need(route, home, name)
        return name

    def _included(self, entry: Entry, kind: int) -> str:
        """Return how an include spells the included list, of which it takes one part."""
        route, included = entry.route, entry.included
        assert included is not None
        name = self.names[included.routing.name][kind] or ""
        dotted = literal(route.target)
        if dotted is None:
            if name != included.name:
                return target_of(self._changes, route, included.routing.module, name)
            return route.module.source(route.target)
        home = dotted.rpartition(".")[0]
        if included.routing.module.name == route.module.name:
            return name
        package, _, last = home.rpartition(".")
        if not package:
            raise Left(route.module, route.call, "it includes a list by a path without a package")
        bound = f"{package.rpartition('.')[2]}_{last}"
        self._need(route, package, f"{last} as {bound}", bound)
        return f"{bound}.{name}"

    def _need(self, route: Route, origin: str, name: str, bound: str = "") -> None:
        module = route.module
        known = module.imports.get(bound or name)
        taken = known not in (None, f"{origin}.{name.partition(' ')[0]}")
        if taken or (bound or name) in module.definitions:
            raise Left(module, route.call, f"the file has a name {bound or name!r} already")
        self._changes.need(module, origin, name)
