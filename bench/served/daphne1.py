"""``python -m bench.served.daphne1``: Daphne 1, which has no such way in of its own."""

from __future__ import annotations

from daphne.cli import CommandLineInterface

if __name__ == "__main__":
    CommandLineInterface.entrypoint()
