"""``ChannelTestCase``, ``TransactionChannelTestCase`` and the mixin."""

import warnings

from channels import Channel, Group, channel_layers
from channels.message import Message
from channels.test import ChannelTestCase, TransactionChannelTestCase
from channels.test.base import ChannelTestCaseMixin
from django.test import SimpleTestCase, TestCase, TransactionTestCase

from tests.differential.app.models import IntegerValue
from tests.differential.recorder import bare, scenario
from tests.differential.stack import run_tests


@scenario
def get_next_message(t):
    t.note("nothing", t.case.get_next_message("input"))
    Channel("input").send({"value": 33, "reply_channel": "back"})
    message = t.case.get_next_message("input", require=True)
    t.note("message", message)
    t.note("type", isinstance(message, Message))
    t.note("reply channel", message.reply_channel)
    t.note("layer", message.channel_layer is channel_layers["default"])


@scenario
def required_message(t):
    t.raises("require", t.case.get_next_message, "input", require=True)
    t.note("failure", t.case.failureException.__name__)


@scenario
def next_message_of_an_alias(t):
    Channel("input", alias="second").send({"value": 1})
    t.note("default", t.case.get_next_message("input"))
    t.note("second", t.case.get_next_message("input", alias="second"))
    t.raises("missing", t.case.get_next_message, "input", alias="missing")
    t.raises("invalid name", t.case.get_next_message, "in valid")


@scenario
def next_message_of_process_local_channels(t):
    Channel("local!a").send({"value": 1})
    t.raises("with the local part", t.case.get_next_message, "local!a")
    t.note("without", t.case.get_next_message("local!"))


@scenario
def documented_example(t):
    def my_consumer(message):
        Channel("result").send({"value": message["value"] ** 2})

    Channel("input").send({"value": 33})
    my_consumer(t.case.get_next_message("input", require=True))
    result = t.case.get_next_message("result", require=True)
    t.note("value", result["value"])


@bare
@scenario
def hierarchy(t):
    t.note(
        "ChannelTestCase",
        [issubclass(ChannelTestCase, base) for base in (ChannelTestCaseMixin, TestCase)],
    )
    t.note(
        "Transaction",
        [
            issubclass(TransactionChannelTestCase, base)
            for base in (ChannelTestCaseMixin, TransactionTestCase, TestCase)
        ],
    )
    t.note("aliases", ChannelTestCase.test_channel_aliases)


@bare
@scenario
def layers_are_swapped_for_each_test(t):
    outside = channel_layers["default"]

    class Case(ChannelTestCase):
        def test_one(self):
            t.note("another layer", channel_layers["default"] is not outside)
            t.note("empty", self.get_next_message("left"))
            t.note("group", sorted(channel_layers["default"].group_channels("left")))
            Channel("left").send({"value": 1})
            Group("left").add("member")

        runTest = test_one

    t.note("errors", run_tests(Case))
    t.note("restored", channel_layers["default"] is outside)
    t.note("errors", run_tests(Case))


@bare
@scenario
def only_the_listed_aliases(t):
    layers = [channel_layers["default"], channel_layers["second"]]

    class Default(ChannelTestCase):
        def runTest(self):
            t.note(
                "same",
                [channel_layers[a] is layer for a, layer in zip(["default", "second"], layers)],
            )

    class Both(Default):
        test_channel_aliases = ["default", "second"]

    class Neither(Default):
        test_channel_aliases = []

    for case in [Default, Both, Neither]:
        t.note(case.__name__, run_tests(case))


@bare
@scenario
def routing_of_the_settings_is_kept(t):
    class Case(ChannelTestCase):
        def runTest(self):
            t.note("channels", sorted(channel_layers["default"].router.channels))
            t.note("routing", channel_layers["default"].routing)
            t.note("alias", channel_layers["default"].alias)

    t.note("errors", run_tests(Case))


@bare
@scenario
def capacity_and_expiry_of_the_layer(t):
    class Case(ChannelTestCase):
        test_channel_aliases = ["default", "second"]

        def runTest(self):
            for alias in self.test_channel_aliases:
                layer = channel_layers[alias]
                t.note(
                    alias,
                    [layer.capacity, layer.expiry, layer.group_expiry, layer.channel_capacity],
                )

    t.note("errors", run_tests(Case))


@bare
@scenario
def database_rolls_back(t):
    class Case(ChannelTestCase):
        def runTest(self):
            t.note("count", IntegerValue.objects.count())
            IntegerValue.objects.create(name="one")

    t.note("errors", [run_tests(Case), run_tests(Case)])
    t.note("left", IntegerValue.objects.count())


@bare
@scenario
def transactions_flush(t):
    class Case(TransactionChannelTestCase):
        def runTest(self):
            t.note("count", IntegerValue.objects.count())
            IntegerValue.objects.create(name="one")
            Channel("left").send({"value": 1})

    t.note("errors", [run_tests(Case), run_tests(Case)])
    t.note("left", IntegerValue.objects.count())


@bare
@scenario
def mixin_with_other_cases(t):
    class Transaction(ChannelTestCaseMixin, TransactionTestCase):
        def runTest(self):
            Channel("a").send({"value": 1})
            t.note("message", self.get_next_message("a"))

    class Simple(ChannelTestCaseMixin, SimpleTestCase):
        def runTest(self):
            Channel("a").send({"value": 1})
            t.note("message", self.get_next_message("a"))

    for case in [Transaction, Simple]:
        t.note(case.__name__, run_tests(case))


@bare
@scenario
def set_up_test_data_and_fixtures(t):
    class Case(ChannelTestCase):
        @classmethod
        def setUpTestData(cls):
            cls.value = IntegerValue.objects.create(name="class")

        def setUp(self):
            Channel("from.setup").send({"value": 1})

        def runTest(self):
            t.note("value", IntegerValue.objects.get().name)
            t.note("message", self.get_next_message("from.setup"))

    t.note("errors", run_tests(Case))


@bare
@scenario
def a_failing_test_restores_layers(t):
    outside = channel_layers["default"]

    class Case(ChannelTestCase):
        def runTest(self):
            raise ValueError("a failing test")

    t.note("fails", "a failing test" in run_tests(Case))
    t.note("restored", channel_layers["default"] is outside)


@bare
@scenario
def unknown_alias(t):
    class Case(ChannelTestCase):
        test_channel_aliases = ["missing"]

        def runTest(self):
            t.note("never runs")

    t.note("fails", "KeyError" in run_tests(Case))


@bare
@scenario
def old_package(t):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import channels.tests

    t.note("ChannelTestCase", channels.tests.ChannelTestCase is ChannelTestCase)
    t.note("apply_routes", channels.tests.apply_routes.__name__)
