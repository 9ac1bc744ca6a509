import json

from channels import Group
from django.conf import settings
from django.db import models, transaction


class BlogGroup(Group):
    """The readers of one live blog."""

    def __init__(self, slug, **kwargs):
        super().__init__("liveblog-%s" % slug, **kwargs)

    def send_entry(self, entry):
        self.send({"text": json.dumps(entry.as_dict())})


class Blog(models.Model):
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=120)
    closed = models.BooleanField(default=False)
    # A reply channel: the editor who is told what arrives for this blog.
    editor_channel = models.CharField(max_length=100, blank=True)

    def __str__(self):
        return self.title

    @property
    def readers(self):
        return BlogGroup(self.slug)


class Entry(models.Model):
    blog = models.ForeignKey(Blog, related_name="entries", on_delete=models.CASCADE)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    text = models.TextField()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "entries"

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        """Readers see the entry once it is really in the database."""
        super().save(*args, **kwargs)
        transaction.on_commit(lambda: self.blog.readers.send_entry(self))

    def as_dict(self):
        author = self.author.username if self.author else None
        return {"id": self.pk, "author": author, "text": self.text}
