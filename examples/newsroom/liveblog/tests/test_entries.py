from channels.test import TransactionChannelTestCase, WSClient
from django.contrib.auth.models import User
from django.db import transaction

from liveblog.models import Blog, Entry


class EntryTests(TransactionChannelTestCase):
    """Entries are sent on commit, and only here a transaction really commits."""

    def setUp(self):
        self.blog = Blog.objects.create(slug="election", title="Election night")
        self.client = WSClient()
        self.client.join_group("liveblog-election")

    def test_readers_see_a_new_entry(self):
        ann = User.objects.create_user("ann", password="pw")

        entry = Entry.objects.create(blog=self.blog, author=ann, text="Polls are closed.")

        self.assertEqual(
            self.client.receive(), {"id": entry.pk, "author": "ann", "text": "Polls are closed."}
        )

    def test_not_before_the_commit(self):
        with transaction.atomic():
            Entry.objects.create(blog=self.blog, text="Polls are closed.")
            self.assertIsNone(self.client.receive())
        self.assertEqual(self.client.receive()["text"], "Polls are closed.")

    def test_not_when_rolled_back(self):
        with self.assertRaises(RuntimeError), transaction.atomic():
            Entry.objects.create(blog=self.blog, text="Polls are closed.")
            raise RuntimeError
        self.assertIsNone(self.client.receive())

    def test_through_the_worker(self):
        self.client.send_and_consume("liveblog.entry", {"slug": "election", "text": "Results!"})
        self.assertEqual(self.client.receive()["text"], "Results!")
