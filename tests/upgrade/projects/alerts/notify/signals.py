import json

from channels import Channel, Group
from django.db.models.signals import post_save

from .models import Notification


def notify(sender, instance, created, **kwargs):
    if not created:
        return
    content = {"text": json.dumps(instance.as_dict())}
    Group("user-%d" % instance.user_id).send(content)
    Group("dashboard").send(content)
    Channel("notify.mail").send({"pk": instance.pk})


post_save.connect(notify, sender=Notification)
