import datetime
import json
import uuid
from unittest import mock

import pytest
from channeltest.compat.channel import Channel, Group
from channeltest.compat.exceptions import SendNotAvailableOnDemultiplexer
from channeltest.compat.generic.websockets import (
    JsonWebsocketConsumer,
    WebsocketDemultiplexer,
    WebsocketMultiplexer,
)

from ..consuming import ConsumerTestCase


class WebsocketTestCase(ConsumerTestCase):
    def connect(self, consumer, path="/", **kwargs):
        return consumer(self.message("websocket.connect", path=path), **kwargs)

    def receive(self, consumer, **content):
        return consumer(self.message("websocket.receive", **{"path": "/", **content}))

    def disconnect(self, consumer, **kwargs):
        return consumer(self.message("websocket.disconnect", path="/"), **kwargs)


class WebsocketMultiplexerTests(WebsocketTestCase):
    def test_send(self):
        WebsocketMultiplexer("numbers", Channel(self.reply)).send({"n": 1})
        assert self.waiting() == [{"text": '{"stream": "numbers", "payload": {"n": 1}}'}]

    def test_group_send(self):
        Group("g").add(self.reply)
        WebsocketMultiplexer.group_send("g", "numbers", 1, close=True)
        assert self.waiting() == [{"text": '{"stream": "numbers", "payload": 1}', "close": True}]

    def test_encodes_what_models_hold(self):
        key = uuid.uuid4()
        text = WebsocketMultiplexer.encode("s", [key, datetime.date(2017, 1, 2)])["text"]
        assert json.loads(text)["payload"] == [str(key), "2017-01-02"]


class Stream(JsonWebsocketConsumer):
    def connect(self, message, multiplexer=None, **kwargs):
        multiplexer.send("connected")

    def receive(self, content, multiplexer=None, **kwargs):
        multiplexer.send({"got": content})

    def disconnect(self, message, multiplexer=None, **kwargs):
        multiplexer.send("disconnected")


class Sending(JsonWebsocketConsumer):
    def receive(self, content, **kwargs):
        self.send(content)


class WebsocketDemultiplexerTests(WebsocketTestCase):
    class Demultiplexer(WebsocketDemultiplexer):
        consumers = {"a": Stream, "b": Stream, "sending": Sending}

    def send(self, frame, demultiplexer=Demultiplexer):
        return self.receive(demultiplexer, text=json.dumps(frame))

    def frames(self):
        """What was sent on streams."""
        return [json.loads(content["text"]) for content in self.waiting() if "text" in content]

    def test_every_consumer_connects_and_disconnects(self):
        self.connect(self.Demultiplexer)
        assert self.waiting()[0] == {"accept": True}
        self.disconnect(self.Demultiplexer)
        assert self.frames() == [
            {"stream": "a", "payload": "disconnected"},
            {"stream": "b", "payload": "disconnected"},
        ]

    def test_frame_goes_to_its_stream(self):
        self.send({"stream": "b", "payload": {"n": 1}})
        assert self.frames() == [{"stream": "b", "payload": {"got": {"n": 1}}}]

    def test_function_consumers(self):
        def consumer(message, multiplexer, **kwargs):
            multiplexer.send(json.loads(message["text"]))

        class Demultiplexer(WebsocketDemultiplexer):
            consumers = {"f": consumer}

        self.send({"stream": "f", "payload": {"n": 1}}, Demultiplexer)
        assert self.frames() == [{"stream": "f", "payload": {"n": 1}}]

    def test_own_multiplexer_class(self):
        class Shouting(WebsocketMultiplexer):
            @classmethod
            def encode_json(cls, content):
                return super().encode_json(content).upper()

        class Demultiplexer(self.Demultiplexer):
            multiplexer_class = Shouting

        self.send({"stream": "a", "payload": {}}, Demultiplexer)
        assert self.frames() == [{"STREAM": "A", "PAYLOAD": {"GOT": {}}}]

    def test_send_is_not_available(self):
        with pytest.raises(SendNotAvailableOnDemultiplexer, match=r"Use multiplexer\.send"):
            self.send({"stream": "sending", "payload": {}})
        with pytest.raises(SendNotAvailableOnDemultiplexer, match=r"Use WebsocketMultiplexer"):
            WebsocketDemultiplexer.group_send("g", "stream", {})

    def test_consumer_can_send_again_elsewhere(self):
        with pytest.raises(SendNotAvailableOnDemultiplexer):
            self.send({"stream": "sending", "payload": {}})
        self.receive(Sending, text='{"n": 1}')
        assert self.waiting() == [{"text": '{"n": 1}'}]

    def test_consumer_that_is_a_mock(self):
        consumer = mock.Mock()

        class Demultiplexer(WebsocketDemultiplexer):
            consumers = {"m": consumer}

        demultiplexer = self.send({"stream": "m", "payload": {}}, Demultiplexer)
        consumer.assert_called_once_with(demultiplexer.message, multiplexer=mock.ANY)

    def test_bad_frames(self):
        for frame, text in [
            ({"stream": "a"}, r"Invalid multiplexed \*\*frame received \(no channel/payload key\)"),
            (["stream", "payload"], r"no channel/payload key"),
            ({"stream": "c", "payload": {}}, r"frame received \(stream not mapped\)"),
            ({"stream": ["a"], "payload": {}}, r"stream not mapped"),
            ({"stream": "a", "payload": []}, r"Multiplexed frame payload is not a dict"),
        ]:
            with pytest.raises(ValueError, match=text):
                self.send(frame)
        assert self.waiting() == []
