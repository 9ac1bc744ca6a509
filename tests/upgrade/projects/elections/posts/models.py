import json

from channels import Group
from django.db import models
from django.utils.crypto import get_random_string


class Liveblog(models.Model):
    slug = models.SlugField(unique=True)
    key = models.CharField(max_length=12, default=get_random_string(12))

    @property
    def group_name(self):
        return "liveblog-%s" % self.key


class Post(models.Model):
    liveblog = models.ForeignKey(Liveblog, related_name="posts", on_delete=models.CASCADE)
    body = models.TextField()

    def send_notification(self):
        notification = {"id": self.id, "html": "<p>%s</p>" % self.body}
        Group(self.liveblog.group_name).send({"text": json.dumps(notification)})

    def save(self, *args, **kwargs):
        result = super(Post, self).save(*args, **kwargs)
        self.send_notification()
        return result


class Reader(models.Model):
    """A socket that reads a liveblog."""

    liveblog = models.ForeignKey(Liveblog, related_name="readers", on_delete=models.CASCADE)
    channel_name = models.CharField(max_length=200)

    @classmethod
    def enter(cls, liveblog, channel_name):
        reader = cls.objects.create(liveblog=liveblog, channel_name=channel_name)
        Group(liveblog.group_name + "-readers").add(reader.channel_name)
        cls.count(liveblog)

    @classmethod
    def leave(cls, liveblog, channel_name):
        cls.objects.filter(liveblog=liveblog, channel_name=channel_name).delete()
        Group(liveblog.group_name + "-readers").discard(channel_name)
        cls.count(liveblog)

    @staticmethod
    def count(liveblog):
        group = Group(liveblog.group_name + "-readers")
        group.send({"text": json.dumps({"readers": liveblog.readers.count()})})
