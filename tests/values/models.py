"""The model of the data binding documentation of Channels 1."""

import uuid

from django.db import models


class IntegerValue(models.Model):
    """A named number."""

    name = models.CharField(max_length=100, unique=True)
    value = models.IntegerField(default=0)


class Tagged(models.Model):
    """A model whose key is a UUID."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=100)
