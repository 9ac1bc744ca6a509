"""`apply_routes`: which routes hold when, and that the others come back."""

from __future__ import annotations

import asyncio
from unittest import TestCase

import pytest
from channeltest.compat.asgi import ChannelLayerWrapper, channel_layers
from channeltest.compat.inmemory import ChannelLayer
from channeltest.compat.routing import include, route
from django.core.exceptions import ImproperlyConfigured

from channeltest import apply_routes

from ..helpers import run


def nothing(message):
    pass


def one(name):
    return route(name, nothing)


@pytest.fixture(autouse=True)
def layers():
    """Two layers with routes of their own, which nobody may have touched in the end."""
    made = {}
    for alias in ("default", "second"):
        made[alias] = ChannelLayerWrapper(ChannelLayer(), alias, [one(f"{alias}-own")])
    before = {alias: channel_layers.set(alias, layer) for alias, layer in made.items()}
    states = {alias: (layer.routing, layer.router) for alias, layer in made.items()}
    yield made
    for alias, layer in made.items():
        assert layer.routing is states[alias][0]
        assert layer.router is states[alias][1]
        assert channels(alias) == {f"{alias}-own"}
        channel_layers.set(alias, before[alias])


def channels(alias="default"):
    """The channels that the layer has routes for."""
    return channel_layers[alias].router.channels


routing = {"dict": nothing}


@pytest.mark.parametrize(
    ("routes", "expected"),
    [
        ([], set()),
        ((), set()),
        ([one("a")], {"a"}),
        ((one("a"), one("b")), {"a", "b"}),
        (one("a"), {"a"}),
        (include([one("a")]), {"a"}),
        ([[one("a")], [one("b"), one("c")]], {"a", "b", "c"}),
        (([one("a")], (one("b"),)), {"a", "b"}),
        ([one("a"), [one("b"), [one("c")]]], {"a", "b", "c"}),
        ([[], [one("a")], []], {"a"}),
        ([include([one("a")], path="^/x"), one("b")], {"a", "b"}),
        ({"a": nothing, "b": nothing}, {"a", "b"}),
        (f"{__name__}.routing", {"dict"}),
        ([f"{__name__}.routing", one("a")], {"dict", "a"}),
        ([{"a": nothing}, {"b": nothing}], {"a", "b"}),
    ],
)
def test_routes_of_every_shape(routes, expected):
    with apply_routes(routes):
        assert channels() == expected


def test_the_list_is_not_the_layers():
    routes = [one("a")]
    with apply_routes(routes):
        channel_layers["default"].router.add_route(one("b"))
    assert len(routes) == 1


def test_routing_and_router_change_together():
    with apply_routes([one("a")]):
        layer = channel_layers["default"]
        assert [entry.channels for entry in layer.routing] == [["a"]]
        assert layer.router.root.routing is layer.routing


class TestErrors:
    @pytest.mark.parametrize(
        ("routes", "error"),
        [
            ("no.such.module.routing", ImproperlyConfigured),
            ("undotted", ValueError),
            ([nothing], AttributeError),
            (nothing, AttributeError),
            ([[one("a")], [None]], AttributeError),
        ],
    )
    def test_what_is_no_route(self, routes, error):
        with pytest.raises(error), apply_routes(routes):
            raise AssertionError("applied")
        assert channels() == {"default-own"}

    def test_an_alias_that_does_not_exist(self):
        with pytest.raises(KeyError, match="'nothing'"):
            apply_routes([one("a")], aliases=["default", "nothing"]).enter()
        assert channels() == {"default-own"}

    def test_an_error_in_the_block(self):
        with pytest.raises(ZeroDivisionError), apply_routes([one("a")]):
            raise ZeroDivisionError


class TestAliases:
    def test_another(self):
        with apply_routes([one("a")], aliases=["second"]):
            assert (channels(), channels("second")) == ({"default-own"}, {"a"})

    def test_both(self):
        with apply_routes([one("a")], aliases=("default", "second")):
            assert channels() == channels("second") == {"a"}
            assert channel_layers["default"].router is not channel_layers["second"].router

    def test_one_in_no_list(self):
        with apply_routes([one("a")], aliases="second"):
            assert channels("second") == {"a"}

    def test_none(self):
        with apply_routes([one("a")], aliases=[]):
            assert channels() == {"default-own"}


class TestContextManager:
    def test_nested(self):
        with apply_routes([one("a")]):
            with apply_routes([one("b")]):
                assert channels() == {"b"}
            assert channels() == {"a"}

    def test_reentrant(self):
        routes = apply_routes([one("a")])
        with routes:
            with routes:
                assert channels() == {"a"}
            assert channels() == {"a"}
        assert channels() == {"default-own"}
        with routes:
            assert channels() == {"a"}

    def test_by_hand(self):
        routes = apply_routes([one("a")])
        routes.enter()
        assert channels() == {"a"}
        routes.exit()

    def test_the_layer_that_got_the_routes_loses_them(self, layers):
        """Even when another layer has its alias by then."""
        routes = apply_routes([one("a")])
        routes.enter()
        channel_layers.set("default", ChannelLayerWrapper(ChannelLayer(), "default", [one("x")]))
        routes.exit()
        assert channels() == {"x"}
        channel_layers.set("default", layers["default"])


class TestFunctions:
    def test_for_the_length_of_the_call(self):
        @apply_routes([one("a")])
        def function(first, *, second):
            """Docs."""
            return first, second, channels()

        assert function(1, second=2) == (1, 2, {"a"})
        assert (function.__name__, function.__doc__) == ("function", "Docs.")
        assert channels() == {"default-own"}

    def test_an_error(self):
        @apply_routes([one("a")])
        def function():
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            function()

    def test_recursion(self):
        @apply_routes([one("a")])
        def function(depth):
            assert channels() == {"a"}
            return function(depth - 1) if depth else channels()

        assert function(3) == {"a"}

    def test_coroutine_functions(self):
        @apply_routes([one("a")])
        async def function():
            await asyncio.sleep(0)
            return channels()

        assert asyncio.iscoroutinefunction(function)
        waiting = function()
        assert channels() == {"default-own"}
        assert asyncio.run(waiting) == {"a"}

    @apply_routes([one("a")])
    @pytest.mark.parametrize("value", [1])
    def test_fixtures_and_parameters(self, value, tmp_path):
        assert channels() == {"a"}


@apply_routes([one("a")])
class TestClassesOfPytest:
    helper = apply_routes

    class test_inner:
        pass

    def setup_method(self):
        assert channels() == {"default-own"}

    def test_a_method(self, tmp_path):
        assert channels() == {"a"}

    @apply_routes([one("b")])
    def test_a_methods_own_come_first(self):
        assert channels() == {"b"}

    @staticmethod
    def test_a_static_method():
        assert channels() == {"a"}

    async def test_a_coroutine_function(self): ...

    test_a_coroutine_function.__test__ = False

    def other(self):
        return channels()

    def test_other_methods_are_left_alone(self):
        assert "__wrapped__" not in vars(type(self).other)


class TestInheritedByClassesOfPytest(TestClassesOfPytest):
    def test_a_method_of_the_subclass(self):
        assert channels() == {"default-own"}


class TestCaseClasses:
    """On the classes of unittest: around ``setUp``, the test, ``tearDown`` and cleanups."""

    def noting(self, *bases, **methods):
        """A case that notes the channels at every stage; ``methods`` replace the stages."""
        seen = []

        def note(stage):
            return lambda case: seen.append((stage, channels()))

        def set_up(case):
            seen.append(("setUp", channels()))
            case.addCleanup(note("cleanup"), case)

        stages = {"setUp": set_up, "tearDown": note("tearDown"), "test": note("test")}
        return type("Case", bases or (TestCase,), {**stages, **methods}), seen

    def test_every_stage(self):
        case, seen = self.noting()
        assert run(apply_routes([one("a")])(case)) == {"test": "ok"}
        assert seen == [(stage, {"a"}) for stage in ("setUp", "test", "tearDown", "cleanup")]
        assert channels() == {"default-own"}

    def test_every_test(self):
        case, seen = self.noting(test_2=lambda case: None)
        run(apply_routes([one("a")])(case))
        assert [stage for stage, _ in seen].count("setUp") == 2
        assert all(found == {"a"} for _, found in seen)

    @pytest.mark.parametrize("stage", ["setUp", "test", "tearDown"])
    def test_an_error(self, stage):
        def fail(case):
            assert channels() == {"a"}
            raise ZeroDivisionError("here")

        case, _ = self.noting(**{stage: fail})
        assert run(apply_routes([one("a")])(case)) == {"test": "ZeroDivisionError: here"}
        assert channels() == {"default-own"}

    def test_routes_that_are_none(self):
        case, seen = self.noting()
        assert run(apply_routes("nothing.there")(case))["test"].startswith("ImproperlyConfigured")
        assert seen == []

    def test_a_subclass(self):
        base, seen = self.noting()
        apply_routes([one("a")])(base)
        assert run(type("Sub", (base,), {})) == {"test": "ok"}
        assert {frozenset(found) for _, found in seen} == {frozenset({"a"})}

    def test_a_subclass_with_a_set_up_of_its_own(self):
        base, _ = self.noting()
        apply_routes([one("a")])(base)
        seen = []

        class Sub(base):
            def setUp(self):
                seen.append(channels())
                super().setUp()
                seen.append(channels())

        assert run(Sub) == {"test": "ok"}
        assert seen == [{"default-own"}, {"a"}]

    def test_base_and_subclass(self):
        """As in 1.1.8: the base's come last, and hold."""
        base, seen = self.noting()
        apply_routes([one("a")])(base)
        sub = apply_routes([one("b")])(type("Sub", (base,), {}))
        assert run(sub) == {"test": "ok"}
        assert seen[0] == ("setUp", {"a"})
        assert channels() == {"default-own"}

    def test_class_and_method(self):
        case, seen = self.noting()
        case.test = apply_routes([one("b")])(case.test)
        run(apply_routes([one("a")])(case))
        found = dict(seen)
        assert (found["setUp"], found["test"], found["tearDown"]) == ({"a"}, {"b"}, {"a"})

    def test_one_decorator_on_two_classes(self):
        decorator = apply_routes([one("a")])
        first, _ = self.noting()
        second, _ = self.noting()
        decorator(first)
        decorator(second)
        assert run(first) == run(second) == {"test": "ok"}

    def test_the_class_itself_is_returned(self):
        case, _ = self.noting()
        assert apply_routes([])(case) is case
