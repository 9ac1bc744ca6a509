from django.conf import settings
from django.db import models


class Notification(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField()
    read = models.BooleanField(default=False)
    mailed = models.BooleanField(default=False)

    def as_dict(self):
        return {"id": self.pk, "text": self.text, "read": self.read}
