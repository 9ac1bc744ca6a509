"""Management of a Channels 1 project."""
