"""The settings of a moment, to be in force again at another."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings

from ..patching import Patch


class SettingsInForce:
    """The settings at the moment when this is made, with the overrides that hold then."""

    def __init__(self) -> None:
        lazy: Any = settings
        lazy.is_overridden("DEBUG")  # any use loads them
        self._holder: Any = lazy._wrapped

    @contextlib.contextmanager
    def restored(self) -> Iterator[None]:
        """Have them in force in the block; no signal is sent."""
        lazy: Any = settings
        if lazy._wrapped is self._holder:
            yield
            return
        patch = Patch(settings, "_wrapped", self._holder)
        patch.start()
        try:
            yield
        finally:
            patch.stop()
