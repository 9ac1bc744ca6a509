"""Messages as objects, received until rest."""

from __future__ import annotations

import asyncio
import time
from unittest import mock

import pytest

from channeltest.communicators import application
from channeltest.config import DEFAULT
from channeltest.rest.detector import Wait

from ..answers import ACCEPT, Application, close, message, talk


class TestSendMessage:
    def test_lets_the_application_act(self):
        async def body(communicator):
            await communicator.send_message(message={"a": 1})
            return communicator.output_queue.qsize()

        assert talk(Application(**{'{"a": 1}': [message("x"), message("y")]}), body) == 2

    def test_raises_nothing_of_the_application(self):
        async def body(communicator):
            await communicator.send_message({"a": 1})
            with pytest.raises(KeyError):
                await communicator.receive_all_json()

        talk(Application(**{'{"a": 1}': [KeyError("a")]}), body)


async def actions(communicator, **options):
    return [each["action"] for each in await communicator.receive_all_json(**options)]


class TestReceiveAllJson:
    @pytest.mark.parametrize(
        ("sent", "plain", "group", "rest"),
        [
            ("", "", "", ""),
            ("a b", "a b", "a b", ""),
            ("a complete", "a", "a", ""),
            ("a complete b group_complete", "a", "a b", "b"),
            ("b group_complete", "b", "b", ""),
            ("a event_complete b", "a b", "a b", ""),
            ("complete b group_complete c group_complete", "", "b", "b c"),
        ],
    )
    def test_stops_at_completion_or_at_rest(self, sent, plain, group, rest):
        async def body(communicator):
            await communicator.send_to("go")
            first = await actions(communicator, **options)
            return " ".join(first), " ".join(await actions(communicator))

        application = Application(go=[message(each) for each in sent.split()])
        options = {}
        assert talk(application, body) == (plain, rest)
        options["wait_group"] = True
        assert talk(application, body)[0] == group

    def test_waits_for_a_timer_that_is_due(self):
        async def application(scope, receive, send):
            await receive()
            await send(ACCEPT)
            for delay in (0.01, 0.02, 60):
                await asyncio.sleep(delay)
                await send(message("late"))

        assert talk(application, actions) == ["late", "late"]

    def test_waits_for_no_timer_that_is_due_after_its_time(self):
        async def application(scope, receive, send):
            await receive()
            await send(ACCEPT)
            for seconds in (0.3, 0.45):
                await asyncio.sleep(seconds)
                await send(message("late"))

        assert talk(application, lambda each: actions(each, timeout=0.5)) == ["late"]

    def test_waits_for_no_timer_when_its_time_is_up(self):
        async def application(scope, receive, send):
            await receive()
            await send(ACCEPT)
            await asyncio.sleep(0.01)
            time.sleep(0.1)
            await send(message("late"))
            await asyncio.sleep(0.5)

        assert talk(application, lambda each: actions(each, timeout=0.05)) == ["late"]

    @pytest.mark.parametrize(
        ("options", "timeout", "bound", "ahead"),
        [
            ({}, DEFAULT, 5, 5),
            ({}, None, None, 5),
            ({}, 3, 3, 3),
            ({"consumer": object}, DEFAULT, 1, 1),
        ],
    )
    def test_its_time(self, options, timeout, bound, ahead):
        async def body(communicator):
            with mock.patch.object(application, "Wait", wraps=Wait) as made:
                assert await communicator.receive_all_json(timeout=timeout) == []
            # Some of it has passed.
            return [each and round(each) for each in made.call_args.args[1:3]]

        assert talk(Application(), body, **options) == [bound, ahead]

    def test_leaves_a_close(self):
        async def body(communicator):
            await communicator.send_to("go")
            assert await actions(communicator) == ["a"]
            assert await actions(communicator) == []
            return await communicator.receive_output()

        assert talk(Application(go=[message("a"), close(4001)]), body) == close(4001)

    def test_raises_what_the_application_raised_after_its_messages(self):
        async def body(communicator):
            await communicator.send_to("go")
            assert await actions(communicator) == ["a"]
            with pytest.raises(KeyError):
                await actions(communicator)

        talk(Application(go=[message("a"), KeyError("x")]), body)

    def test_of_an_application_that_never_rests(self):
        async def application(scope, receive, send):
            await receive()
            await send(ACCEPT)
            while True:
                await asyncio.sleep(0)

        async def body(communicator):
            with pytest.raises(TimeoutError, match=r"did not come to rest within 0\.05 s"):
                await communicator.receive_all_json(0.05)

        talk(application, body)


class Adapter:
    """Makes objects of messages, as pydantic's adapters do."""

    def validate_python(self, message):
        if message["action"] == "unknown":
            raise ValueError("unknown action")
        return ("validated", message["action"], message.get("payload"))


class Consumer:
    outgoing_message_adapter = Adapter()


class Camel(Consumer):
    camelize = True


def received(sent, call, **options):
    """What ``call`` returns of the messages that an application sends, and what is left."""

    async def body(communicator):
        await communicator.send_to("go")
        first = await call(communicator)
        return first, [each["action"] for each in await communicator.receive_until_action("none")]

    return talk(Application(go=[message(each) for each in sent.split()]), body, **options)


def names(messages):
    return [each["action"] for each in messages]


class TestReceiveUntilAction:
    def test_without_its_message(self):
        first, rest = received(
            "a complete b stop c", lambda each: each.receive_until_action(stop_action="stop")
        )
        assert (names(first), rest) == (["a", "b"], ["c"])

    def test_with_its_message(self):
        first, rest = received(
            "a complete c", lambda each: each.receive_until_action("complete", inclusive=True)
        )
        assert (names(first), rest) == (["a", "complete"], ["c"])

    def test_that_never_comes(self):
        first, rest = received("a b", lambda each: each.receive_until_action("stop"))
        assert (names(first), rest) == (["a", "b"], [])


class TestReceiveAllMessages:
    @pytest.mark.parametrize(
        ("sent", "stop", "messages", "rest"),
        [
            ("a complete b", "complete", "a", "b"),
            ("a b c", "b", "a b", "c"),
            ("a group_complete b", "complete", "a b", ""),
            ("a group_complete b", "group_complete", "a", "b"),
        ],
    )
    def test_stops_at_an_action(self, sent, stop, messages, rest):
        found = received(sent, lambda each: each.receive_all_messages(stop), consumer=Consumer)
        assert found == ([("validated", name, None) for name in messages.split()], rest.split())

    def test_without_a_consumer(self):
        first, _ = received("a complete", lambda each: each.receive_all_messages())
        assert first == [{"action": "a", "payload": None}]

    def test_of_a_message_that_the_consumer_does_not_know(self):
        with pytest.raises(ValueError, match="unknown action"):
            received("unknown", lambda each: each.receive_all_messages(), consumer=Consumer)


class TestToday:
    """With a consumer the methods are those of chanx 1.0 and later."""

    def test_completion_messages_are_kept(self):
        first, rest = received(
            "a complete b", lambda each: each.receive_all_json(0.1), consumer=Consumer
        )
        assert (names(first), rest) == (["a", "complete", "b"], [])

    def test_keys_in_camel_case(self):
        pytest.importorskip("humps", reason="chanx's, which needs Python 3.11")

        async def body(communicator):
            await communicator.send_message({"user_name": "ada"})
            return await communicator.receive_all_messages()

        application = Application(**{'{"userName": "ada"}': [message("a", '{"isIt": 1}')]})
        assert talk(application, body, consumer=Camel) == [("validated", "a", {"is_it": 1})]


class TestTopics:
    def test_subscription(self):
        async def body(communicator):
            return [
                await communicator.subscribe("room:1"),
                await communicator.unsubscribe("room:1", ref="2"),
            ]

        def frame(action, ref):
            return f'{{"version": 1, "topic": "room:1", "ref": "{ref}", "action": "{action}"}}'

        application = Application(
            **{frame("subscribe", 1): [message("yes")], frame("unsubscribe", 2): [message("no")]}
        )
        assert names(talk(application, body)) == ["yes", "no"]

    def test_message_to_a_topic(self):
        async def body(communicator):
            await communicator.send_message({"a": 1}, topic="room:1", ref="9")
            return await communicator.receive_json_from()

        sent = '{"a": 1, "version": 1, "topic": "room:1", "ref": "9"}'
        assert talk(Application(**{sent: [message("x")]}), body)["action"] == "x"

    def test_message_of_a_topic(self):
        class Topic:
            outgoing_message_adapter = Adapter()

        class Whole(Adapter):
            def validate_python(self, message):
                return message

        async def body(communicator):
            await communicator.send_to("go")
            return await communicator.receive_topic_message(Topic)

        text = '{"action": "a", "version": 1, "topic": "t", "ref": "1", "seq": 2}'
        Topic.outgoing_message_adapter = Whole()
        frame = {"type": "websocket.send", "text": text}
        assert talk(Application(go=[frame]), body) == {"action": "a"}
