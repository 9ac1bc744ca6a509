"""``apply_routes`` as a context manager, on functions and on classes."""

import unittest

from channels import channel_layers, include, route, route_class
from channels.generic.websockets import WebsocketConsumer
from channels.test import ChannelTestCase, Client, apply_routes

from tests.differential.recorder import bare, scenario
from tests.differential.stack import run_tests


def one(message, **kwargs):
    message.reply_channel.send({"by": "one", "kwargs": kwargs})


def two(message, **kwargs):
    message.reply_channel.send({"by": "two", "kwargs": kwargs})


def ask(channel, alias="default", **content):
    client = Client(alias=alias)
    client.send_and_consume(channel, content, fail_on_none=False)
    return client.receive()


def routes_now(alias="default"):
    return sorted(channel_layers[alias].router.channels)


@scenario
def as_a_context_manager(t):
    t.note("before", routes_now())
    with apply_routes([route("one", one), route("two", two)]):
        t.note("one", ask("one"))
        t.note("two", ask("two"))
        t.note("echo is gone", ask("echo"))
        t.note("inside", routes_now())
    t.note("after", routes_now())


@scenario
def restores_the_routing_it_found(t):
    before = channel_layers["default"].routing
    with apply_routes([route("one", one)]):
        t.note("inside", len(channel_layers["default"].routing))
    t.note("same", channel_layers["default"].routing is before)


@scenario
def routing_attribute_of_a_dotted_path(t):
    t.note("routing", channel_layers["default"].routing)


@scenario
def one_route_in_no_list(t):
    with apply_routes(route("one", one)):
        t.note("one", ask("one"))
    with apply_routes(include([route("two", two)])):
        t.note("include", ask("two"))


@scenario
def tuples_and_nested_lists(t):
    with apply_routes((route("one", one),)):
        t.note("tuple", ask("one"))
    with apply_routes([[route("one", one)], [route("two", two)]]):
        t.note("nested", [ask("one"), ask("two")])
    with apply_routes(([route("one", one)], (route("two", two),))):
        t.note("nested tuples", [ask("one"), ask("two")])


@scenario
def classes_and_includes(t):
    class Consumer(WebsocketConsumer):
        pass

    with apply_routes(
        [route_class(Consumer, path="^/a"), include([route("one", one)], path="^/b")]
    ):
        t.note("channels", routes_now())
        t.note("include", ask("one", path="/b"))


@scenario
def filters(t):
    with apply_routes([route("one", one, path=r"^/(?P<x>\d)$"), route("one", two)]):
        t.note("digit", ask("one", path="/1"))
        t.note("other", ask("one", path="/x"))


@scenario
def nested_blocks(t):
    with apply_routes([route("one", one)]):
        with apply_routes([route("one", two)]):
            t.note("inner", ask("one"))
        t.note("outer", ask("one"))


@scenario
def restored_after_an_error(t):
    def failing():
        with apply_routes([route("one", one)]):
            raise ValueError("in the block")

    t.raises("block", failing)
    t.note("after", routes_now())


@scenario
def as_a_function_decorator(t):
    @apply_routes([route("one", one)])
    def decorated(value, extra=None):
        return [value, extra, ask("one"), routes_now()]

    t.note("result", decorated(1, extra=2))
    t.note("again", decorated(3))
    t.note("after", routes_now())
    t.note("name", decorated.__name__)


@scenario
def enter_and_exit(t):
    applied = apply_routes([route("one", one)])
    applied.enter()
    t.note("entered", routes_now())
    applied.exit()
    t.note("left", routes_now())
    with applied as result:
        t.note("value", result)
        t.note("again", routes_now())


@scenario
def dict_of_routes(t):
    def run():
        with apply_routes([{"one": one}]):
            return routes_now()

    t.raises_type("dict in a list", run)
    t.note("after", routes_now())


@scenario
def empty_list(t):
    def run():
        with apply_routes([]):
            return routes_now()

    t.raises_type("empty", run)


@scenario
def not_a_route(t):
    def run(routes):
        with apply_routes(routes):
            return routes_now()

    t.raises_type("None", run, None)
    t.raises_type("function", run, [one])
    t.note("after", routes_now())


@scenario
def aliases(t):
    with apply_routes([route("one", one)], aliases=["second"]):
        t.note("second", routes_now("second"))
        t.note("default", routes_now("default"))
    t.note("after", [routes_now("second"), routes_now("default")])


@scenario
def the_default_alias(t):
    with apply_routes([route("one", one)], aliases=["default"]):
        t.note("default", routes_now("default"))
    t.note("after", routes_now("default"))


@scenario
def layers_and_messages_stay(t):
    layer = channel_layers["default"]
    layer.send("one", {"reply_channel": "r"})
    with apply_routes([route("one", one)]):
        t.note("same layer", channel_layers["default"] is layer)
        Client().consume("one")
    t.messages("r")


@bare
@scenario
def on_a_class(t):
    @apply_routes([route("one", one)])
    class Case(ChannelTestCase):
        def setUp(self):
            t.note("setUp", routes_now())

        def runTest(self):
            t.note("test", ask("one"))

        def tearDown(self):
            t.note("tearDown", routes_now())

    t.note("errors", run_tests(Case))
    t.note("after", routes_now())


@bare
@scenario
def on_a_class_without_set_up(t):
    @apply_routes([route("one", one)])
    class Case(ChannelTestCase):
        def runTest(self):
            t.note("test", ask("one"))

    t.note("is a class", issubclass(Case, unittest.TestCase))
    t.note("errors", run_tests(Case))
    t.note("after", routes_now())


@bare
@scenario
def on_a_class_and_inside(t):
    @apply_routes([route("one", one)])
    class Case(ChannelTestCase):
        def runTest(self):
            with apply_routes([route("one", two)]):
                t.note("inside", ask("one"))
            t.note("outside", ask("one"))

    t.note("errors", run_tests(Case))


@bare
@scenario
def in_set_up(t):
    class Case(ChannelTestCase):
        def setUp(self):
            with apply_routes([route("one", one)]):
                self.answer = ask("one")

        def runTest(self):
            t.note("in setUp", self.answer)
            t.note("in the test", routes_now())

    t.note("errors", run_tests(Case))


@bare
@scenario
def on_a_test_method(t):
    class Case(ChannelTestCase):
        @apply_routes([route("one", one)])
        def runTest(self):
            t.note("test", ask("one"))

    t.note("errors", run_tests(Case))
    t.note("after", routes_now())
