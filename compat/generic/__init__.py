"""Class-based consumers (Channels 1.1.8).

A consumer is a class with a method for each channel; those of websockets add groups, JSON and
multiplexing. They import channels, sessions and routing; routes lead to them.
"""

from .base import BaseConsumer

__all__ = ["BaseConsumer"]
