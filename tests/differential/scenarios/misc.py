"""Signals, ``name_that_thing``, ``setup_logger``, package checks."""

import logging

from channels import signals
from channels.log import setup_logger
from channels.utils import name_that_thing

from tests.differential.recorder import scenario


class Thing(object):
    def method(self):
        pass

    @classmethod
    def make(cls):
        pass

    @staticmethod
    def still():
        pass


def function():
    pass


@scenario
def name_that_thing_names(t):
    from unittest import mock

    for label, thing in [
        ("function", function),
        ("class", Thing),
        ("instance", Thing()),
        ("class method", Thing.make),
        ("static method", Thing.still),
        ("lambda", lambda: None),
        ("builtin class", dict),
        ("number", 1),
        ("text", "text"),
        ("None", None),
        ("unbound", Thing.method),
    ]:
        t.raises(label, name_that_thing, thing)
    t.raises_type("bound method", name_that_thing, Thing().method)
    t.raises("mock", lambda: type(name_that_thing(mock.Mock())).__name__)


@scenario
def name_that_thing_metaclass(t):
    class Meta(type):
        pass

    made = Meta("Made", (object,), {})
    t.note("class", name_that_thing(made))
    t.note("instance", name_that_thing(made()))


@scenario
def named_instances(t):
    class Named(object):
        __name__ = "a name"

    t.note("instance", name_that_thing(Named()))


@scenario
def signals_exist(t):
    from django.dispatch import Signal

    for name in ["consumer_started", "consumer_finished", "worker_ready", "worker_process_ready"]:
        t.note(name, isinstance(getattr(signals, name), Signal))


@scenario
def consumer_finished_closes_connections(t):
    from django.db import close_old_connections

    t.note("connected", signals.consumer_finished.disconnect(close_old_connections))
    signals.consumer_finished.connect(close_old_connections)


@scenario
def logger(t):
    made = setup_logger("tests.differential.one")
    t.note("name", made.name)
    t.note("level", made.level)
    t.note("propagate", made.propagate)
    t.note("handlers", [type(handler).__name__ for handler in made.handlers])
    t.note("format", made.handlers[0].formatter._fmt)
    made = setup_logger("tests.differential.two", verbosity=2)
    t.note("verbose", made.level)
    for name in ["daphne.ws_protocol", "daphne.http_protocol", "daphne.server"]:
        t.note(name, logging.getLogger(name).level)
    setup_logger("tests.differential.two", 1)
    t.note("twice", len(logging.getLogger("tests.differential.two").handlers))
    t.note("same handler", __import__("channels.log").log.handler in made.handlers)


@scenario
def missing_names(t):
    import channels

    t.raises_type("channels", getattr, channels, "NoSuchName")
    t.raises_type("module", __import__, "channels.no_such_module")


@scenario
def package_checks(t):
    from channels.package_checks import check_all, required_versions

    t.note("packages", sorted(required_versions))
    t.raises("check", check_all)


@scenario
def database_connection_in_consumers(t):
    from channels import route
    from channels.test import Client, apply_routes

    from tests.differential.app.models import IntegerValue

    def consumer(message):
        return IntegerValue.objects.count()

    IntegerValue.objects.create(name="a")
    with apply_routes([route("test", consumer)]):
        t.note("count", [Client().send_and_consume("test") for _ in range(2)])


@scenario
def module_names(t):
    import importlib

    for name in [
        "channels.apps",
        "channels.asgi",
        "channels.auth",
        "channels.binding",
        "channels.binding.base",
        "channels.binding.websockets",
        "channels.channel",
        "channels.delay",
        "channels.delay.apps",
        "channels.delay.models",
        "channels.delay.worker",
        "channels.exceptions",
        "channels.generic",
        "channels.generic.base",
        "channels.generic.websockets",
        "channels.hacks",
        "channels.handler",
        "channels.log",
        "channels.management.commands.runserver",
        "channels.management.commands.runworker",
        "channels.delay.management.commands.rundelay",
        "channels.message",
        "channels.package_checks",
        "channels.routing",
        "channels.security",
        "channels.security.websockets",
        "channels.sessions",
        "channels.signals",
        "channels.staticfiles",
        "channels.test",
        "channels.test.base",
        "channels.test.http",
        "channels.test.liveserver",
        "channels.test.websocket",
        "channels.tests",
        "channels.utils",
        "channels.worker",
        "asgiref.base_layer",
        "asgiref.inmemory",
    ]:
        t.raises(name, lambda name=name: bool(importlib.import_module(name)))


@scenario
def public_names(t):
    import importlib

    for module, names in [
        (
            "channels.asgi",
            "ChannelLayerManager ChannelLayerWrapper InvalidChannelLayerError channel_layers "
            "get_channel_layer",
        ),
        (
            "channels.auth",
            "transfer_user channel_session_user http_session_user channel_session_user_from_http "
            "channel_and_http_session_user_from_http channel_session http_session "
            "channel_and_http_session",
        ),
        ("channels.binding.base", "Binding BindingMetaclass CREATE UPDATE DELETE"),
        ("channels.channel", "Channel Group"),
        ("channels.delay.models", "DelayedMessage DelayedMessageQuerySet"),
        ("channels.handler", "AsgiHandler AsgiRequest ViewConsumer"),
        ("channels.message", "Message PendingMessageStore pending_message_store"),
        (
            "channels.routing",
            "Router Route RouteClass Include route route_class include null_consumer "
            "connect_consumer",
        ),
        (
            "channels.sessions",
            "session_for_reply_channel channel_session wait_channel_name requeue_messages "
            "enforce_ordering http_session channel_and_http_session",
        ),
        ("channels.staticfiles", "StaticFilesHandler StaticFilesConsumer"),
        (
            "channels.test",
            "TransactionChannelTestCase ChannelTestCase Client apply_routes HttpClient WSClient "
            "ChannelLiveServerTestCase",
        ),
        (
            "channels.test.base",
            "ChannelTestCaseMixin ChannelTestCase TransactionChannelTestCase Client apply_routes",
        ),
        ("channels.test.websocket", "WSClient"),
        ("channels.worker", "Worker WorkerGroup"),
        (
            "channels.security.websockets",
            "BaseOriginValidator AllowedHostsOnlyOriginValidator allowed_hosts_only",
        ),
    ]:
        found = importlib.import_module(module)
        t.note(module, {name: hasattr(found, name) for name in names.split()})
