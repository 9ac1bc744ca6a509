import datetime
import json
from unittest import mock

from channels import Channel, Group, channel_layers, route
from channels.delay.models import DelayedMessage
from channels.delay.worker import Worker as DelayWorker
from channels.handler import ViewConsumer
from channels.message import Message
from channels.test import ChannelTestCase, HttpClient, TransactionChannelTestCase, apply_routes
from channels.worker import Worker
from django.contrib.auth.models import User
from django.utils import timezone

from articles.consumers import publish_article
from articles.models import Article, Section


def write(**kwargs):
    section, _ = Section.objects.get_or_create(name="Politics", slug="politics")
    return Article.objects.create(section=section, headline="Budget passed", **kwargs)


class Rounds:
    """Makes a worker stop after so many messages."""

    rounds = 1

    @property
    def termed(self):
        self.rounds -= 1
        return self.rounds < 0

    @termed.setter
    def termed(self, value):
        pass


class PatchedWorker(Rounds, Worker):
    pass


class PatchedDelayWorker(Rounds, DelayWorker):
    pass


class PublishTests(ChannelTestCase):
    def test_publish_asks_the_worker(self):
        article = write()
        article.publish()

        message = self.get_next_message("articles.publish", require=True)

        self.assertEqual(message["pk"], str(article.pk))
        self.assertIsNone(self.get_next_message("articles.publish"))

    def test_worker(self):
        article = write()
        Group("announcements").add("test-channel")
        Channel("articles.publish").send({"pk": str(article.pk)})

        publish_article(self.get_next_message("articles.publish", require=True))

        article.refresh_from_db()
        self.assertTrue(article.published)
        result = self.get_next_message("test-channel", require=True)
        self.assertEqual(result["text"], "Published: Budget passed")

    def test_worker_publishes_once(self):
        article = write(published=True)
        Group("announcements").add("test-channel")
        message = Message({"pk": str(article.pk)}, "articles.publish", channel_layers["default"])

        publish_article(message)

        self.assertIsNone(self.get_next_message("test-channel"))

    def test_worker_with_a_fake_message(self):
        with mock.patch("articles.consumers.Group") as group:
            publish_article({"pk": str(write().pk)})

        group.assert_called_once_with("announcements")
        group.return_value.send.assert_called_once_with({"text": "Published: Budget passed"})

    def test_missing_message_fails_the_test(self):
        with self.assertRaisesMessage(
            AssertionError, "Expected a message on channel articles.publish, got none"
        ):
            self.get_next_message("articles.publish", require=True)


class ViewTests(ChannelTestCase):
    def setUp(self):
        self.user = User.objects.create_user("ann", password="pw")
        self.article = write(author=self.user)
        self.url = "/articles/%s/publish/" % self.article.pk

    def test_django_client(self):
        self.client.force_login(self.user)

        response = self.client.post(self.url)

        self.assertEqual(response.status_code, 202)
        self.assertEqual(
            self.get_next_message("articles.publish").content, {"pk": str(self.article.pk)}
        )

    def test_embargo(self):
        self.client.force_login(self.user)

        self.client.post(self.url, {"minutes": "90"})

        message = self.get_next_message("asgi.delay", require=True)
        self.assertEqual(message["channel"], "articles.publish")
        self.assertEqual(message["delay"], 90 * 60 * 1000)

    def test_anonymous(self):
        self.assertEqual(self.client.post(self.url).status_code, 302)
        self.assertIsNone(self.get_next_message("articles.publish"))

    def test_through_the_channel_layer(self):
        http = HttpClient()
        http.login(username="ann", password="pw")

        with apply_routes([route("http.request", ViewConsumer())]):
            http.send_and_consume(
                "http.request", content={"method": "POST"}, path=self.url + "?from=channels"
            )

        reply = http.receive(json=False)
        self.assertEqual(reply["status"], 202)
        self.assertEqual(json.loads(reply["content"].decode()), {"queued": str(self.article.pk)})
        self.assertIn((b"Content-Type", b"application/json"), [tuple(h) for h in reply["headers"]])
        self.assertFalse(reply["more_content"])
        self.get_next_message("articles.publish", require=True)

    def test_not_found_through_the_channel_layer(self):
        http = HttpClient()
        with apply_routes(route("http.request", ViewConsumer())):
            http.send_and_consume(
                "http.request", content={"method": "GET"}, path="/articles/%s/" % self.article.pk
            )
        self.assertEqual(http.receive()["status"], 404)


class EmbargoTests(ChannelTestCase):
    def setUp(self):
        self.article = write()
        self.article.publish_later(minutes=10)

    def run_delay_worker(self):
        PatchedDelayWorker(channel_layers["default"], signal_handlers=False).run()

    def test_delay_server_keeps_the_message(self):
        self.run_delay_worker()

        delayed = DelayedMessage.objects.get()
        self.assertEqual(delayed.channel_name, "articles.publish")
        self.assertEqual(json.loads(delayed.content), {"pk": str(self.article.pk)})
        self.assertGreater(delayed.due_date, timezone.now())
        self.assertIsNone(self.get_next_message("articles.publish"))

    def test_delay_server_sends_it_when_due(self):
        later = timezone.now() + datetime.timedelta(minutes=11)
        self.run_delay_worker()
        with mock.patch("channels.delay.models.timezone.now", return_value=later):
            self.assertEqual(DelayedMessage.objects.is_due().count(), 1)
            self.run_delay_worker()

        self.assertFalse(DelayedMessage.objects.exists())
        publish_article(self.get_next_message("articles.publish", require=True))
        self.article.refresh_from_db()
        self.assertTrue(self.article.published)

    def test_full_channel_postpones(self):
        for number in range(10):
            Channel("articles.publish").send({"pk": str(number)})
        self.run_delay_worker()
        delayed = DelayedMessage.objects.get()

        delayed.send(requeue_delay=60000)

        self.assertEqual(delayed.delay, 60000)
        self.assertTrue(DelayedMessage.objects.filter(due_date__gt=timezone.now()).exists())


class WorkerTests(TransactionChannelTestCase):
    """The whole way, with the worker that production runs."""

    def test_publish(self):
        article = write()
        Group("front-page").add("reader")
        article.publish()

        PatchedWorker(channel_layers["default"], signal_handlers=False).run()

        article.refresh_from_db()
        self.assertTrue(article.published)
        frame = json.loads(self.get_next_message("reader", require=True)["text"])
        self.assertEqual(frame["payload"]["data"]["headline"], "Budget passed")

    def test_only_some_channels(self):
        worker = Worker(
            channel_layers["default"], signal_handlers=False, only_channels=["articles.*"]
        )
        channels = worker.apply_channel_filters(channel_layers["default"].router.channels)
        self.assertEqual(channels, ["articles.publish"])
