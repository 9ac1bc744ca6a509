"""A function consumer under the decorators of its project: what they give it, and say with it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from ...sources.module import Module
from ..outcome import Left
from ..routes import may_be_missing
from .decorator import DecoratorTranslator, check_decorator, may_go_on_after_close
from .decorators import given_by
from .facts import Facts
from .helpers import Helper
from .order import Event
from .reading import MessageReader

# The arguments that a consumer gets by their places, and by their names.
Given = tuple[Sequence[str], Sequence[str]]


def given_arguments(helpers: Iterable[Helper], function: ast.FunctionDef) -> Given | None:
    """Return the arguments that decorators give a consumer, or ``None`` if that is not known.

    Args:
        helpers: Its decorators, from the outermost to the innermost.
        function: The consumer.
    """
    decorators = [each.decorator for each in helpers if each.decorator is not None]
    given = given_by(decorators, function)
    kwarg = function.args.kwarg
    names = {each.id for each in ast.walk(function) if isinstance(each, ast.Name)}
    if kwarg is not None and kwarg.arg in names and not all(each.is_plain for each in decorators):
        # It sees what they add, and what they take away.
        return None
    return given


def arguments_of(handler: str, own: Iterable[str], given: Given) -> list[str]:
    """Return the arguments of a method behind ``self``.

    Args:
        handler: ``"connect"``, ``"receive"`` or ``"disconnect"``.
        own: What a modern consumer gives it: a frame by its name, and a code by its place.
        given: What its decorators give it.
    """
    positional, named = given
    if handler == "disconnect":
        return [*positional, *own, *named]
    return [*positional, *named, *own]


def last_line_of(module: Module, decorators: Iterable[ast.expr]) -> int:
    """Return the last line of what decorators need, behind which a class can have them.

    Args:
        module: The module of the class.
        decorators: The decorators.
    """
    names = (each for decorator in decorators for each in ast.walk(decorator))
    found = (module.definitions.get(each.id) for each in names if isinstance(each, ast.Name))
    return max((each.lineno for each in found if each is not None), default=0)


def take_decorators(
    helpers: Sequence[Helper], facts: Facts, consumer: MessageReader, paths: Iterable[str]
) -> None:
    """Translate the decorators of a consumer, and note what they do in its translation.

    Args:
        helpers: The decorators, from the outermost to the innermost.
        facts: What is known about the consumer.
        consumer: The consumer, translated.
        paths: The path filters of its routes.

    Raises:
        Left: Something in them is not understood.
    """
    result = consumer.result
    does: set[Event] = {*consumer.events_in_order()}
    if not may_go_on_after_close(consumer):
        does.discard("close")
    for helper in reversed(helpers):
        translator = DecoratorTranslator(helper, facts)
        translator.run()
        if check_decorator(translator, does, facts.handler) and not helper.follows_sends:
            # All who use it get the same one.
            helper.follows_sends = True
            translator = DecoratorTranslator(helper, facts)
            translator.run()
        if translator.reads_url and any(map(may_be_missing, paths)):
            raise Left(
                translator.module, translator.function, "an argument of the URL may be missing"
            )
        result.may_refuse |= any("call" not in each for each in translator.ends)
        replies = bool({"reply", "behind"} & translator.own_events())
        result.accepts_late |= replies and facts.handler == "connect"
        result.take_helped(helper.name, translator.result)
        does |= translator.own_events()
        if not may_go_on_after_close(translator):
            does.discard("close")
