from django.db import models


class Job(models.Model):
    name = models.CharField(max_length=255)
    status = models.CharField(max_length=255, null=True, blank=True)
    celery_id = models.CharField(max_length=255, null=True, blank=True)
