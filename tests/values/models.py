"""The model of the data binding documentation of Channels 1."""

import uuid

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models


class IntegerValue(models.Model):
    """A named number."""

    name = models.CharField(max_length=100, unique=True)
    value = models.IntegerField(default=0)


class Tagged(models.Model):
    """A model whose key is a UUID."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=100)


class Place(models.Model):
    """A model that another inherits from."""

    slug = models.SlugField(unique=True)


class Shop(Place):
    """A model whose key is that of its place."""


class Offer(models.Model):
    """A model with keys of others: of a shop, of a place by its slug, and of any object."""

    shop = models.ForeignKey(Shop, models.CASCADE)
    near = models.ForeignKey(Place, models.CASCADE, to_field="slug", related_name="+")
    # The tables of apps without migrations are made before those of others.
    content_type = models.ForeignKey(ContentType, models.CASCADE, db_constraint=False)
    object_id = models.CharField(max_length=20)
    thing = GenericForeignKey()
