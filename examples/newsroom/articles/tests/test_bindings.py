from unittest import mock

from channels import route
from channels.binding.base import CREATE, DELETE, UPDATE
from channels.signals import consumer_finished
from channels.test import ChannelTestCase, WSClient, apply_routes
from django.contrib.auth.models import User

from articles.bindings import ArticleBinding, FrontPageBinding
from articles.models import Article, Section


class WireClient(WSClient):
    """A client that can empty its mailbox."""

    def receive_all(self):
        received = []
        while True:
            content = self.receive()
            if content is None:
                return received
            received.append(content)


class BindingTestCase(ChannelTestCase):
    @classmethod
    def setUpTestData(cls):
        cls.politics = Section.objects.create(name="Politics", slug="politics")
        cls.sports = Section.objects.create(name="Sports", slug="sports")

    def setUp(self):
        self.client = WireClient()

    def write(self, **kwargs):
        kwargs.setdefault("section", self.politics)
        return Article.objects.create(headline="Budget passed", body="By one vote.", **kwargs)


class ArticleBindingTests(BindingTestCase):
    def test_create(self):
        self.client.join_group("desk")

        article = self.write()

        received = self.client.receive()
        self.assertEqual(received["stream"], "articles")
        self.assertTrue("payload" in received)
        self.assertEqual(received["payload"]["action"], CREATE)
        self.assertEqual(received["payload"]["model"], "articles.article")
        self.assertEqual(received["payload"]["pk"], str(article.pk))
        self.assertEqual(
            received["payload"]["data"],
            {"headline": "Budget passed", "section": self.politics.pk, "published": False},
        )
        self.assertIsNone(self.client.receive())

    def test_update(self):
        article = self.write()
        self.client.join_group("desk")

        article.headline = "Budget rejected"
        article.save()

        received = self.client.receive()
        self.assertEqual(received["payload"]["action"], UPDATE)
        self.assertEqual(received["payload"]["data"]["headline"], "Budget rejected")
        self.assertIsNone(self.client.receive())

    def test_delete(self):
        article = self.write()
        pk = article.pk
        self.client.join_group("desk")

        article.delete()

        payload = self.client.receive()["payload"]
        self.assertEqual((payload["action"], payload["pk"]), (DELETE, str(pk)))

    def test_no_member_no_message(self):
        self.write()

        self.client.join_group("desk")

        self.assertIsNone(self.client.receive())

    def test_moving_tells_the_new_section(self):
        article = self.write()
        politics, sports = WireClient(), WireClient()
        politics.join_group("desk-section-%d" % self.politics.pk)
        sports.join_group("desk-section-%d" % self.sports.pk)

        article.section = self.sports
        article.save()

        self.assertIsNone(politics.receive())
        self.assertEqual(sports.receive()["payload"]["action"], UPDATE)

    def test_several_saves_in_order(self):
        self.client.join_group("desk")
        article = self.write()
        for number in range(3):
            article.headline = "Version %d" % number
            article.save()

        headlines = [m["payload"]["data"]["headline"] for m in self.client.receive_all()]

        self.assertEqual(headlines, ["Budget passed", "Version 0", "Version 1", "Version 2"])

    def test_sent_when_the_consumer_has_finished(self):
        self.client.join_group("desk")

        def rewrite(message):
            article = self.write()
            self.client.seen_inside = self.client.receive()
            return article

        with apply_routes(route("articles.rewrite", rewrite)):
            article = self.client.send_and_consume("articles.rewrite")

        self.assertIsNone(self.client.seen_inside)
        self.assertEqual(self.client.receive()["payload"]["pk"], str(article.pk))

    def test_consumer_finished_without_consumer(self):
        from channels.message import pending_message_store

        self.client.join_group("desk")
        pending_message_store.prepare()
        self.write()
        self.assertIsNone(self.client.receive())

        consumer_finished.send(sender=None)

        self.assertEqual(self.client.receive()["payload"]["action"], CREATE)

    def test_serialize_data_overridden(self):
        self.client.join_group("desk")

        with mock.patch.object(ArticleBinding, "serialize_data", return_value={"secret": True}):
            self.write()

        self.assertEqual(self.client.receive()["payload"]["data"], {"secret": True})


class FrontPageBindingTests(BindingTestCase):
    def setUp(self):
        super().setUp()
        self.client.join_group("front-page")

    def test_drafts_stay_at_home(self):
        self.write()
        self.assertIsNone(self.client.receive())

    def test_publishing_creates(self):
        article = self.write()

        article.published = True
        article.save()

        payload = self.client.receive()["payload"]
        self.assertEqual(payload["action"], CREATE)
        self.assertEqual(
            payload["data"],
            {
                "headline": "Budget passed",
                "word_count": 3,
                "section__name": "Politics",
                "get_absolute_url": "/articles/%s/" % article.pk,
            },
        )

    def test_withdrawing_deletes(self):
        article = self.write(published=True)
        self.client.receive_all()

        article.published = False
        article.save()

        self.assertEqual(self.client.receive()["payload"]["action"], DELETE)

    def test_registered_with_the_model_it_names(self):
        self.assertIs(FrontPageBinding.model, Article)
        self.assertEqual(FrontPageBinding.model_label, "articles.article")

    def test_kept_silent(self):
        with mock.patch("articles.bindings.FrontPageBinding.group_names", return_value=[]):
            self.write(published=True)
        self.assertIsNone(self.client.receive())


class InboundTests(BindingTestCase):
    """The binding as the consumer of a channel, without a demultiplexer."""

    def setUp(self):
        super().setUp()
        self.user = User.objects.create_user("ann", password="pw", is_staff=True)
        self.client.force_login(self.user)

    def edit(self, **body):
        with apply_routes([route("websocket.receive", ArticleBinding.consumer)]):
            self.client.session.save()
            self.client.send_and_consume("websocket.receive", text=body)

    def test_has_permission_is_asked(self):
        article = self.write()
        with mock.patch.object(ArticleBinding, "has_permission", return_value=True) as asked:
            self.edit(action="update", pk=str(article.pk), data={"headline": "Changed"})

        self.assertEqual(asked.call_args[0][1:], ("update", str(article.pk)))
        article.refresh_from_db()
        self.assertEqual(article.headline, "Changed")

    def test_unknown_action(self):
        with mock.patch.object(ArticleBinding, "has_permission", return_value=True):
            with self.assertRaises(ValueError) as caught:
                self.edit(action="burn", pk=None)
        self.assertEqual(str(caught.exception), "Bad action 'burn'")
