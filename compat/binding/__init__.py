"""Data binding between models and groups (Channels 1.1.8)."""

from .base import Binding

__all__ = ["Binding"]
