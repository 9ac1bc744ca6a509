"""Management commands of a Channels 1 project."""
