"""Live tests that fail in the ways they can."""

from channels.test import ChannelLiveServerTestCase
from websockets.sync.client import connect

from channeltest import ChannelsLiveServerTestCase
from channeltest.live.setups import ApplicationProcess


class FailingProcess(ApplicationProcess):
    def common_setup(self):
        raise ValueError("of the child")


class FailingProcessTest(ChannelsLiveServerTestCase):
    databases = {"default", "other"}
    start_method = "fork"
    ProtocolServerProcess = FailingProcess

    def test_child(self):
        self.assertTrue(self.live_server_url)


class FailingThreadTest(ChannelLiveServerTestCase):
    databases = {"default", "other"}
    server = "thread"

    def test_answer(self):
        with connect(self.live_server_ws_url + "/") as client:
            client.send("anna")
            self.assertEqual(client.recv(timeout=20), "no such answer")

    def test_closed(self):
        with connect(self.live_server_ws_url + "/") as client:
            self._site().stop()
            client.recv(timeout=20)
