"""The settings of today. The routing that they name is the ported one: it stands here."""

from .settings_today import *  # noqa: F403
