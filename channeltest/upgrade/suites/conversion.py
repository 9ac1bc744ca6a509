"""Converts one family of test classes."""

from __future__ import annotations

import ast

from ...sources.edits import line_end_of
from ...sources.module import Module
from ...sources.project import Project
from ..changes import Changes
from ..outcome import Left
from .blocking import relations
from .clients import Clients
from .dialect import (
    LIVE_CASE,
    dialect_name,
    is_client_class,
    is_of_channels1,
    new_base,
    uses_dialect,
)
from .expressions import Expressions
from .family import Family, Method
from .handlers import Handlers
from .helpers import Helpers
from .own_routes import router_of, routes_of
from .paths import Paths
from .silences import Silences
from .statements import Statements
from .values import Values

_SET_UP = {"setUp", "tearDown"}
_COMMUNICATOR = "WebsocketCommunicator"
_OF_CHANNELS = ("channels.Channel", "channels.Group")


class FamilyConversion:
    """The conversion of a family of test classes.

    Args:
        project: The project.
        family: The family.
        changes: Collects the changes.

    Raises:
        Left: A client of the family is not known.
    """

    def __init__(self, project: Project, family: Family, changes: Changes) -> None:
        self._project, self._family, self._changes = project, family, changes
        self._clients = Clients(family)
        self._helpers = Helpers(family, self._clients)
        self._values = Values(project, family)
        self._silences = Silences(family, self._clients, self._values)
        self._paths = Paths(family, self._clients, self._values)
        self._handlers = Handlers(project)
        self._relations = relations(project)

    def run(self) -> None:
        """Collect the changes of all classes.

        Raises:
            Left: One of them cannot be converted.
        """
        for module, node in self._family.classes:
            self._check_class(module, node)
        self._mark_coroutines()
        for module, node in self._family.classes:
            self._check_callers(module, node)
        for method in self._family.methods:
            self._check_method(method)
            self._convert_annotations(method)
            if method.is_coroutine:
                self._convert_method(method)
            else:
                self._convert_made(method)
        for module, node in self._family.classes:
            self._convert_class(module, node)

    def _expressions(self, method: Method) -> Expressions:
        def need(origin: str, name: str) -> None:
            self._changes.need(method.module, origin, name)

        return Expressions(
            *(self._family, self._clients, self._values, method, need),
            *(self._handlers, self._relations),
        )

    def _check_class(self, module: Module, node: ast.ClassDef) -> None:
        for base in node.bases:
            if dialect_name(module, base) == LIVE_CASE:
                raise Left(module, base, "its clients are those of a live server")
            if is_client_class(module, base):
                raise Left(module, base, "it is a client of the project's own")
        names = {each.name for each in node.body if isinstance(each, ast.FunctionDef)}
        if any(name.startswith("test") for name in names) and not self._is_case(module, node):
            raise Left(module, node, "its base is no test case that is known")
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                continue
            for each in ast.walk(statement):
                if isinstance(each, ast.expr) and dialect_name(module, each):
                    raise Left(module, statement, "the class uses Channels 1 outside of a method")

    def _is_case(self, module: Module, node: ast.ClassDef) -> bool:
        """Whether a class, or one of the family that it derives from, becomes a case of ours."""
        for base in node.bases:
            found = self._project.definition(module.meaning(base) or "")
            if new_base(module, base):
                return True
            if found is not None and isinstance(found[1], ast.ClassDef) and found[1] is not node:
                is_own = any(found[1] is each for _, each in self._family.classes)
                if is_own and self._is_case(found[0], found[1]):
                    return True
        return False

    def _mark_coroutines(self) -> None:
        """Find the methods that await something, and those that call them."""
        methods = self._family.methods
        is_changed = True
        while is_changed:
            is_changed = False
            on_loop = any(each.is_coroutine and each.node.name in _SET_UP for each in methods)
            for method in methods:
                if method.is_coroutine:
                    continue
                awaits = any(map(self._expressions(method).is_awaited, method.node.body))
                # Who calls it does not know which of them it is.
                same = any(each.is_coroutine for each in self._family.named(method.node.name))
                if awaits or same or (on_loop and method.is_test):
                    method.is_coroutine = is_changed = True

    def _check_callers(self, module: Module, node: ast.ClassDef) -> None:
        """Check that what becomes a coroutine is called where the call can be awaited."""
        coroutines = {each.node.name for each in self._family.methods if each.is_coroutine}
        for method in node.body:
            is_other = isinstance(method, ast.AsyncFunctionDef)
            if isinstance(method, ast.AsyncFunctionDef) and uses_dialect(module, method):
                raise Left(module, method, f"{method.name} is a coroutine already")
            for each in ast.walk(method):
                if not isinstance(each, ast.Attribute) or each.attr not in coroutines:
                    continue
                parent = next(module.around(each))
                is_called = isinstance(parent, ast.Call) and parent.func is each
                if isinstance(each.value, ast.Name) and (is_other or not is_called):
                    raise Left(module, each, f"{each.attr} cannot be awaited here")

    def _check_method(self, method: Method) -> None:
        module, node = method.module, method.node
        if method.is_coroutine:
            if not method.this or any(isinstance(each, ast.Yield) for each in ast.walk(node)):
                raise Left(module, node, f"{node.name} cannot be a coroutine")
            for decorator in node.decorator_list:
                function = decorator.func if isinstance(decorator, ast.Call) else decorator
                meaning = module.meaning(function) or ""
                if not meaning.startswith(("unittest.", "django.test.", "mock.")):
                    raise Left(module, decorator, "what the decorator does is not known")
        self._clients.check_used(method)
        self._helpers.check(method)
        self._paths.check(method)
        self._expressions(method).messages.check()
        for each in ast.walk(node):
            name = dialect_name(module, each)
            is_block = isinstance(_opened_by(module, each), ast.With) and method.is_coroutine
            if name and not is_client_class(module, each) and not is_block:
                raise Left(module, each, f"what {name} becomes is not known")  # type: ignore[arg-type]
            if isinstance(each, ast.Attribute) and ast.unparse(each) == f"{method.this}.stage":
                raise Left(module, each, "the time of a communicator is real")
            if isinstance(each, ast.expr) and is_client_class(module, each):
                self._check_class_name(method, each)
            if isinstance(each, ast.Name | ast.Attribute):
                self._check_layer(method, each)
                self._check_today(method, each)

    def _convert_annotations(self, method: Method) -> None:
        """Have annotations name a communicator where they name a client."""
        arguments = method.node.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        annotations = [each.annotation for each in every] + [method.node.returns]
        for each in filter(None, annotations):
            if is_client_class(method.module, each):
                self._changes.need(method.module, "channeltest", _COMMUNICATOR)
                self._changes.edits(method.module).replace_node(each, _COMMUNICATOR)

    def _check_class_name(self, method: Method, node: ast.expr) -> None:
        """Check that a class of clients is only called, or named by an annotation."""
        parent = next(method.module.around(node))
        is_called = isinstance(parent, ast.Call) and parent.func is node
        if not is_called and not isinstance(parent, ast.arg | ast.FunctionDef):
            raise Left(method.module, node, f"what {ast.unparse(node)} is needed for is not known")

    def _check_layer(self, method: Method, node: ast.expr) -> None:
        """Check that a test uses ``Group`` and ``Channel`` in calls that are converted."""
        if method.module.meaning(node) not in _OF_CHANNELS:
            return
        around = [*method.module.around(node)][:3]
        if not (len(around) == 3 and self._expressions(method).layer.has(around[2])):
            raise Left(method.module, node, f"what {ast.unparse(node)} becomes is not known")

    def _check_today(self, method: Method, node: ast.expr) -> None:
        """Check that a test uses nothing else of Channels 1."""
        if is_of_channels1(method.module, node):
            reason = f"what {ast.unparse(node)} of Channels 1 becomes is not known"
            raise Left(method.module, node, reason)
        found = self._project.definition(method.module.meaning(node) or "")
        if found is not None and isinstance(found[1], ast.ClassDef):
            for base in found[1].bases:
                if is_of_channels1(found[0], base):
                    raise Left(method.module, node, f"{found[1].name} is still of Channels 1")

    def _convert_method(self, method: Method) -> None:
        edits = self._changes.edits(method.module)
        at = method.module.offset(method.node.lineno, method.node.col_offset)
        edits.replace((at, at), "async ")
        expressions = self._expressions(method)
        statements = Statements(
            *(self._project, method, self._clients, self._helpers, self._silences),
            *(expressions, edits),
        )
        statements.convert(method.node.body)
        if "authenticate)" in edits.apply(*method.module.span(method.node)):
            self._changes.need(method.module, "asgiref.sync", "sync_to_async")
            self._changes.need(method.module, "django.contrib.auth", "authenticate")

    def _convert_made(self, method: Method) -> None:
        """Convert the clients that a method makes, which uses none."""
        expressions = self._expressions(method)
        for each in ast.walk(method.node):
            if self._clients.makes(method, each):
                assert isinstance(each, ast.expr)
                self._changes.edits(method.module).replace_node(each, expressions.creation(each))

    def _convert_class(self, module: Module, node: ast.ClassDef) -> None:
        edits, is_root = self._changes.edits(module), False
        of_dialect = any(dialect_name(module, base) for base in node.bases)
        for base in node.bases:
            # A mixin of the dialect goes with a case of Django's.
            name = new_base(module, base)
            if name and (dialect_name(module, base) or not of_dialect):
                is_root = True
                self._changes.need(module, "channeltest", name)
                edits.replace_node(base, name)
        lines = self._own_routes(module, node)
        if is_root and any(each.is_coroutine for each in self._family.methods):
            lines.insert(0, "waits_for_rest = True")
        if lines:
            first = node.body[0]
            if ast.get_docstring(node) is not None and len(node.body) > 1:
                first = node.body[1]
            self._insert(module, first, lines)

    def _own_routes(self, module: Module, node: ast.ClassDef) -> list[str]:
        """The attribute for the routes that decorate a class, whose decorator goes."""

        def need(origin: str, name: str) -> None:
            self._changes.need(module, origin, name)

        lines = []
        for decorator in node.decorator_list:
            routes = routes_of(module, decorator)
            if routes is not None:
                router = router_of(self._project, module, routes, need)
                lines.append(f"router = {router}")
                self._changes.edits(module).remove_lines(module.span(decorator))
        return lines

    def _insert(self, module: Module, first: ast.stmt, lines: list[str]) -> None:
        """Put attributes in front of the first statement of a class, and its comments."""
        at = module.line_start(module.span(first)[0])
        indent = module.text[at : module.span(first)[0]]
        if indent.strip():
            raise Left(module, first, "the body of the class stands on its line")
        while (above := module.line_above(at)) and above[1].strip().startswith("#"):
            at = above[0]
        end = line_end_of(module.text)
        blank = end if isinstance(first, ast.FunctionDef | ast.ClassDef) else ""
        text = "".join(f"{indent}{line}{end}" for line in lines)
        self._changes.edits(module).replace((at, at), text + blank)


def _opened_by(module: Module, node: ast.AST) -> ast.AST | None:
    """The statement whose block a name opens: ``with name(…):``."""
    around = [*module.around(node)][:3]
    is_context = len(around) == 3 and isinstance(around[1], ast.withitem)
    return around[2] if is_context else None
