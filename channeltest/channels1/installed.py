"""Whether an app is installed, asked for every message that a client sends."""

from __future__ import annotations

from django.apps.registry import Apps


def is_installed(apps: Apps, name: str) -> bool:
    """Return whether an app is in ``INSTALLED_APPS``.

    Args:
        apps: Django's registry.
        name: The app's dotted path.

    Raises:
        AppRegistryNotReady: The apps are not loaded.
    """
    # Django walks through all apps; most are found by the label that their name ends with.
    config = apps.app_configs.get(name.rpartition(".")[2])
    return (config is not None and config.name == name) or apps.is_installed(name)
