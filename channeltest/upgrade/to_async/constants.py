"""Variables of modules and classes: which of them no connection can change."""

from __future__ import annotations

import ast

from ...sources.module import Module
from ...sources.project import Project
from ..outcome import Left
from . import known

# Calls whose result nobody can change.
_MAKING = {
    *("re.compile", "logging.getLogger", "datetime.timedelta", "datetime.date", "decimal.Decimal"),
    *(
        "collections.namedtuple",
        "os.environ.get",
        "os.getenv",
        "uuid.UUID",
        "django.utils.timezone.utc",
    ),
}
_BUILTIN_MAKING = {"bool", "bytes", "float", "frozenset", "int", "str", "tuple"}
# Calls that do not change what they are called with.
_LOOKING = {"json.dumps", "copy.deepcopy", "len", "str", "repr", "bool"}
_TESTING = ast.Compare | ast.If | ast.IfExp | ast.While | ast.FormattedValue | ast.UnaryOp


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
        or depth_of(module, each) == 1
        # What they make has nothing of it, and a tuple has.
        or (name is not None and isinstance(each, ast.Name | ast.Attribute))
        for each in values
    )


def depth_of(module: Module, node: ast.expr) -> int | None:
    """Return how deeply collections are nested in a value.

    Args:
        module: The module of the value.
        node: The value.

    Returns:
        The number, 0 for a constant; ``None`` if the value holds anything but constants.
    """
    if is_constant(module, node):
        return 0
    if isinstance(node, ast.List | ast.Set | ast.Tuple):
        inner = node.elts
    elif isinstance(node, ast.Dict) and all(node.keys):
        inner = [*node.values, *filter(None, node.keys)]
    else:
        return None
    depths = [depth_of(module, each) for each in inner]
    known_depths = [each for each in depths if each is not None]
    return 1 + max(known_depths, default=0) if len(known_depths) == len(depths) else None


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
    if _is_rebound(project, name):
        raise at
    if is_constant(module, node):
        return
    depth = depth_of(module, node)
    uses = (
        (each, use)
        for each in project.modules.values()
        if name in each.text and each.is_python3
        for use in each.references(name)
        if not isinstance(use, ast.Constant)
    )
    if depth is None or not all(_is_read(each, use, depth) for each, use in uses):
        raise at


def _is_rebound(project: Project, name: str) -> bool:
    """Whether a function declares a name as a global variable, to assign to it."""
    return any(
        isinstance(node, ast.Global) and name in node.names
        for module in project.modules.values()
        if name in module.text and "global " in module.text and module.is_python3
        for node in ast.walk(module.tree)
    )


def _is_read(module: Module, node: ast.expr, depth: int) -> bool:
    """Whether a place that has a collection only reads it.

    Args:
        module: The module of the place.
        node: The name or the attribute that has it.
        depth: How deeply collections are nested in it.
    """
    if not isinstance(getattr(node, "ctx", None), ast.Load):
        return False
    method = ""
    for child, parent in zip([node, *module.around(node)], module.around(node), strict=False):
        if isinstance(parent, ast.Subscript) and parent.value is child:
            if not isinstance(parent.ctx, ast.Load):
                return False
            depth -= 1
        elif isinstance(parent, ast.Attribute):
            method = parent.attr
            if method not in known.READING:
                return False
        elif isinstance(parent, ast.Call) and parent.func is child:
            depth -= method == "get"
        else:
            return _is_looked_at(module, child, parent, depth)
        if not depth:
            return True
    return False


def _is_looked_at(module: Module, child: ast.AST, parent: ast.AST, depth: int) -> bool:
    """Whether nothing keeps a collection, or one in it."""
    if isinstance(parent, ast.For | ast.comprehension):
        return parent.iter is child and depth == 1
    if isinstance(parent, ast.Call):
        name = module.meaning(parent.func) or node_name(parent.func)
        return name in _LOOKING or (known.is_builtin(name) and depth == 1)
    return isinstance(parent, _TESTING)
