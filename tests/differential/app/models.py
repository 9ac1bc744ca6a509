"""Models that the scenarios bind and save."""

import uuid

from django.db import models


class IntegerValue(models.Model):
    name = models.CharField(max_length=100, unique=True)
    value = models.IntegerField(default=0)

    factor = 3

    @property
    def tripled(self):
        return self.value * self.factor

    def halved(self):
        return self.value // 2


class Tagged(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(IntegerValue, null=True, on_delete=models.CASCADE)
    label = models.CharField(max_length=100)
