"""Management of ``channels.delay``."""
