from channels.test import ChannelTestCase, WSClient
from jobs import tasks
from jobs.models import Job


class JobTests(ChannelTestCase):
    def test_job(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        self.assertEqual(client.receive()["action"], "reply_channel")
        client.send_and_consume(
            "websocket.receive", text={"action": "start_sec3", "job_name": "a"}, path="/"
        )
        self.assertEqual(client.receive()["action"], "started")
        function, args = tasks.QUEUE.pop()
        function(*args)
        self.assertEqual(client.receive()["action"], "completed")
        self.assertEqual(Job.objects.get().status, "completed")

    def test_no_json(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        client.receive()
        client.send_and_consume("websocket.receive", {"text": "{"}, path="/")
        self.assertIsNone(client.receive())
        client.send_and_consume("websocket.disconnect", path="/")

    def test_resize(self):
        client = WSClient()
        client.send_and_consume("websocket.connect", path="/")
        client.receive()
        client.send_and_consume("websocket.receive", text={"action": "resize", "size": 2}, path="/")
        client.consume("jobs.resize")
        self.assertEqual(client.receive(), {"resized": 4})
