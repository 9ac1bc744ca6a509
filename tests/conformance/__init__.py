"""The published conformance suite of asgiref 1.1.2, for channel layers of Channels 1."""
