"""Channel layers of Channels 1 on today's Channels: their asynchronous side, and other backends."""
