"""Who is in which database."""

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connections


def names():
    """What a consumer or a view says of the databases it uses."""
    said = [getattr(settings, "GREETING", "no greeting")]
    for alias in ("default", "other"):
        users = User.objects.using(alias).order_by("pk").values_list("username", flat=True)
        file = str(connections[alias].settings_dict["NAME"]).rpartition("/")[2]
        said.append(f"{file}: {' '.join(users)}")
    return ", ".join(said)


def add(name):
    for alias in ("default", "other"):
        User.objects.using(alias).create(username=f"{name}-{alias}")
    return names()
