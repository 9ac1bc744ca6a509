"""The same settings on today's Django and Channels: one app more, and nothing else."""

from .settings import *  # noqa: F403

INSTALLED_APPS = ["channeltest", *INSTALLED_APPS]  # noqa: F405
