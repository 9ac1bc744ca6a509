from unittest import mock

import pytest
from channeltest.compat.generic import BaseConsumer
from channeltest.compat.generic import base as base_module
from channeltest.compat.sessions import session_for_reply_channel

from ..consuming import ConsumerTestCase


class Counter(BaseConsumer):
    method_mapping = {"add": "on_add", "reset": "on_reset"}
    start = 0

    def on_add(self, message, step=1, **kwargs):
        self.total = self.start + step

    def on_reset(self, message, **kwargs):
        self.total = self.start


class BaseConsumerTests(ConsumerTestCase):
    def test_instance_holds_the_message_and_what_was_captured(self):
        message = self.message("add")
        consumer = Counter(message, step=3)
        assert (consumer.message, consumer.kwargs, consumer.total) == (message, {"step": 3}, 3)

    def test_method_by_channel(self):
        assert Counter(self.message("reset")).total == 0

    def test_unknown_channel(self):
        with pytest.raises(KeyError, match="nowhere"):
            Counter(self.message("nowhere"))

    def test_channel_names(self):
        assert Counter.channel_names() == {"add", "reset"}
        assert BaseConsumer.channel_names() == set()

    def test_dispatch_returns_what_the_method_returned(self):
        class Returning(Counter):
            def on_add(self, message, **kwargs):
                return "returned"

        message = self.message("add")
        assert Returning(message).dispatch(message) == "returned"

    def test_constructor_can_be_patched_away(self):
        with mock.patch.object(Counter, "__init__", return_value=None):
            consumer = Counter("anything")
        consumer.on_add(None, step=5)
        assert consumer.total == 5

    def test_channel_session(self):
        class Remembering(Counter):
            channel_session = True

            def on_add(self, message, **kwargs):
                message.channel_session["seen"] = True

        Remembering(self.message("add"))
        assert session_for_reply_channel(self.reply)["seen"] is True

    def test_channel_session_user(self):
        class Asking(Counter):
            channel_session_user = True

        message = self.message("add")
        Asking(message)
        assert message.user.is_anonymous

    def test_sessions_are_not_touched_unasked(self):
        with self.assertNumQueries(0):
            message = Counter(self.message("add")).message
        assert not hasattr(message, "channel_session")

    def test_decorator_can_be_patched(self):
        class Asking(Counter):
            channel_session_user = True

        with mock.patch.object(base_module, "channel_session_user", lambda handler: handler):
            message = Asking(self.message("add")).message
        assert not hasattr(message, "user")


class AsRouteTests(ConsumerTestCase):
    def test_leads_to_the_class(self):
        route = Counter.as_route(path=r"^/(?P<slug>\w+)")
        assert set(route.channels) == {"add", "reset"}
        assert route.match(self.message("add", path="/a")) == (Counter, {"slug": "a"})

    def test_attributes_make_a_subclass(self):
        consumer, _ = Counter.as_route(attrs={"start": 40}).match(self.message("add"))
        assert issubclass(consumer, Counter) and consumer.__name__ == "Counter"
        assert consumer(self.message("add"), step=2).total == 42
        assert Counter.start == 0

    def test_attributes_must_be_a_dict(self):
        with pytest.raises(AssertionError, match="attrs must be a dict"):
            Counter.as_route(attrs=["start"])
