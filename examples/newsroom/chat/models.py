from channels import Group
from django.conf import settings
from django.db import models


class Room(models.Model):
    slug = models.SlugField(unique=True)
    staff_only = models.BooleanField(default=False)

    def __str__(self):
        return self.slug

    @property
    def group(self):
        return Group("chat-%s" % self.slug)


class Remark(models.Model):
    room = models.ForeignKey(Room, related_name="remarks", on_delete=models.CASCADE)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField()

    def __str__(self):
        return "%s: %s" % (self.author, self.text)


class Mute(models.Model):
    """Somebody who may listen in a room and not speak."""

    room = models.ForeignKey(Room, related_name="mutes", on_delete=models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
