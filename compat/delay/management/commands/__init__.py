"""Management commands of ``channels.delay``."""
