import uuid

from channels import Channel
from django.conf import settings
from django.db import models
from django.urls import reverse


class Section(models.Model):
    name = models.CharField(max_length=40)
    slug = models.SlugField(unique=True)

    def __str__(self):
        return self.name


class Article(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    section = models.ForeignKey(Section, related_name="articles", on_delete=models.CASCADE)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    headline = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    published = models.BooleanField(default=False)

    def __str__(self):
        return self.headline

    @property
    def word_count(self):
        return len(self.body.split())

    def get_absolute_url(self):
        return reverse("article", args=[self.pk])

    def publish(self):
        """Ask a worker to publish the article."""
        Channel("articles.publish").send({"pk": str(self.pk)})

    def publish_later(self, minutes):
        """Ask the delay server to have it published when the embargo ends."""
        Channel("asgi.delay").send(
            {
                "channel": "articles.publish",
                "content": {"pk": str(self.pk)},
                "delay": minutes * 60 * 1000,
            },
            immediately=True,
        )
