import json

from channels import Channel, Group
from django.conf import settings
from django.db import models
from django.db.models.signals import post_save
from django.dispatch import receiver


class Notice(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField()
    mailed = models.BooleanField(default=False)


@receiver(post_save, sender=Notice)
def announce(sender, instance, created, **kwargs):
    if created:
        Group("user-%d" % instance.user.pk).send({"text": json.dumps({"notice": instance.text})})
        Channel("notices.mail").send({"pk": instance.pk})
