"""What ``channels.apps`` of Channels 1 had beside its app config."""

from __future__ import annotations

from .binding.base import BindingMetaclass
from .package_checks import check_all

__all__ = ["BindingMetaclass", "check_all"]
