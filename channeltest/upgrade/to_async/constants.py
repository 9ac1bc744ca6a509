"""Variables of modules and classes: which of them no connection can change."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ...sources.module import Module
from ...sources.project import Project
from ..outcome import Left
from . import known

# Calls whose result nobody can change.
_MAKING = {
    *("re.compile", "logging.getLogger", "datetime.timedelta", "datetime.date", "decimal.Decimal"),
    *("collections.namedtuple", "os.environ.get", "os.getenv", "uuid.UUID", "django.utils.timezone.utc"),
}
_BUILTIN_MAKING = {"bool", "bytes", "float", "frozenset", "int", "str", "tuple"}
_COLLECTIONS = ast.Dict | ast.List | ast.Set
# Calls that do not change what they are called with.
_LOOKING = {"json.dumps", "random.choice", "random.sample", "copy.copy", "copy.deepcopy"}
_COMPARING = ast.Compare | ast.For | ast.comprehension


def is_constant(module: Module, node: ast.expr) -> bool:
    """Whether the value of a variable never changes, whoever has it.

    Args:
        module: The module of the variable.
        node: What is assigned to it.
    """
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Tuple):
        return all(is_constant(module, each) for each in node.elts)
    if isinstance(node, ast.BinOp):
        return is_constant(module, node.left) and is_constant(module, node.right)
    if isinstance(node, ast.UnaryOp):
        return is_constant(module, node.operand)
    if isinstance(node, ast.Name | ast.Attribute):
        name = module.meaning(node) or ""
        return known.is_setting(name) or name in _MAKING or node_name(node) == "__name__"
    if isinstance(node, ast.Call):
        return _makes_constant(module, node)
    return False


def node_name(node: ast.expr) -> str:
    """Return the name that an expression is, or ``""``."""
    return node.id if isinstance(node, ast.Name) else ""


def _makes_constant(module: Module, node: ast.Call) -> bool:
    name = module.meaning(node.func)
    if name is None:
        made = node_name(node.func)
        if made == "getattr" and node.args:
            return module.meaning(node.args[0]) == "django.conf.settings" and all(
                is_constant(module, each) for each in node.args[1:]
            )
        if made not in _BUILTIN_MAKING:
            return False
    elif name not in _MAKING:
        return False
    values = [*node.args, *(each.value for each in node.keywords)]
    return all(
        is_constant(module, each)
        or (isinstance(each, _COLLECTIONS) and _is_flat(module, each))
        or isinstance(each, ast.Name | ast.Attribute)
        for each in values
    )


def _is_flat(module: Module, node: ast.expr) -> bool:
    """Whether a list, a set or a dict holds constants only."""
    if isinstance(node, ast.List | ast.Set):
        return all(is_constant(module, each) for each in node.elts)
    if isinstance(node, ast.Dict):
        keys = [each for each in node.keys if each is not None]
        return len(keys) == len(node.keys) and all(
            is_constant(module, each) for each in [*keys, *node.values]
        )
    return False


def check_variable(project: Project, module: Module, node: ast.expr, name: str, at: Left) -> None:
    """Check that a variable of a module or a class is only read while connections are served.

    Args:
        project: The project.
        module: The module of the variable.
        node: What is assigned to it.
        name: Its name without the module or the class.
        at: Where it is read: what is raised.

    Raises:
        Left: Somebody may change it.
    """
    if is_constant(module, node):
        return
    if not isinstance(node, _COLLECTIONS):
        raise at
    uses = (
        (each, use)
        for each in project.modules.values()
        if name in each.text and each.is_python3
        for use in each.references(name)
        if not isinstance(use, ast.Constant)
    )
    if not all(_is_read(each, use, _is_flat(module, node)) for each, use in uses) or _is_rebound(
        project, name
    ):
        raise at


def _is_rebound(project: Project, name: str) -> bool:
    """Whether a function declares a name as a global variable, to assign to it."""
    return any(
        isinstance(node, ast.Global) and name in node.names
        for module in project.modules.values()
        if name in module.text and "global " in module.text and module.is_python3
        for node in ast.walk(module.tree)
    )


def _is_read(module: Module, node: ast.expr, is_flat: bool) -> bool:
    """Whether a place that has a collection only reads it."""
    around = [node, *module.around(node)]
    if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
        return False
    parents: Iterable[tuple[ast.AST, ast.AST]] = zip(around, around[1:], strict=False)
    depth = 0
    for child, parent in parents:
        if isinstance(parent, ast.Subscript) and parent.value is child:
            if not isinstance(parent.ctx, ast.Load):
                return False
            if is_flat:
                return True
        elif isinstance(parent, ast.Attribute):
            if parent.attr not in known.READING:
                return False
        elif isinstance(parent, ast.Call) and parent.func is child:
            if is_flat:
                return True
        else:
            return _is_looked_at(module, child, parent, depth)
        depth += 1
    return False


def _is_looked_at(module: Module, child: ast.AST, parent: ast.AST, depth: int) -> bool:
    if isinstance(parent, ast.Call):
        name = module.meaning(parent.func) or node_name(parent.func)
        return name in _LOOKING or known.is_builtin(name)
    if isinstance(parent, _COMPARING):
        return getattr(parent, "target", None) is not child
    if isinstance(parent, ast.If | ast.IfExp | ast.While | ast.FormattedValue | ast.UnaryOp):
        return True
    # The import, and the assignment itself.
    return depth == 0 and isinstance(parent, ast.ImportFrom)
