"""A small project that the original stack, this one and Channels 4 alone can serve."""
