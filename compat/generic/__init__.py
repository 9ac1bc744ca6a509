"""Class-based consumers (Channels 1.1.8)."""

from .base import BaseConsumer

__all__ = ["BaseConsumer"]
