"""Data binding between models and groups (Channels 1.1.8).

A binding sends changes of a model to groups, and changes the model when a message says so. It
imports channels, sessions and multiplexing; projects subclass it for their models.
"""

from .base import Binding

__all__ = ["Binding"]
