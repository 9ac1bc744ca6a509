"""Console logging of the management commands."""

from __future__ import annotations

import logging

handler: logging.Handler = logging.StreamHandler()

_DAPHNE_LOGGERS = ("daphne.ws_protocol", "daphne.http_protocol", "daphne.server")


def setup_logger(name: str, verbosity: int = 1) -> logging.Logger:
    """Send a logger's records, and Daphne's, to this module's `handler`.

    Args:
        name: The logger's name; its records no longer reach its parents.
        verbosity: Above 1, debugging records are shown as well.

    Returns:
        The logger. Source: Channels 1.1.8.
    """
    handler.setFormatter(
        logging.Formatter("%(asctime)s - %(levelname)s - %(module)s - %(message)s")
    )
    level = logging.DEBUG if verbosity > 1 else logging.INFO
    for logger in map(logging.getLogger, (name, *_DAPHNE_LOGGERS)):
        logger.addHandler(handler)
        logger.setLevel(level)
    logger = logging.getLogger(name)
    logger.propagate = False
    return logger
