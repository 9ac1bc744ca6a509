"""The model that the binding workload saves."""

from __future__ import annotations

from django.db import models


class Reading(models.Model):
    name = models.CharField(max_length=100)
    value = models.IntegerField(default=0)

    class Meta:
        app_label = "bench"
