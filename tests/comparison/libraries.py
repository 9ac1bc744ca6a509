"""The libraries that are compared, by the names that tests import from them."""

from __future__ import annotations

import importlib.metadata
from typing import Any, NamedTuple


class Library(NamedTuple):
    """One of the libraries.

    Attributes:
        name: What the table calls it.
        module: Where tests import from.
        distributions: What has to be installed for it, itself first.
    """

    name: str
    module: str
    distributions: tuple[str, ...]

    def __getattr__(self, name: str) -> Any:
        """Return what ``from module import name`` imports.

        Raises:
            ImportError: There is none.
        """
        if name.startswith("__"):
            raise AttributeError(name)
        module = __import__(self.module, fromlist=[name])
        try:
            return getattr(module, name)
        except AttributeError:
            raise ImportError(f"cannot import name {name!r} from {self.module!r}")

    @property
    def versions(self) -> str:
        """What is installed, such as ``channels 4.3.2, asgiref 3.13.0``."""
        return ", ".join(
            f"{each} {importlib.metadata.version(each)}" for each in self.distributions
        )


CHANNELS = Library("channels.testing", "channels.testing", ("channels", "asgiref"))
CHANX = Library("chanx", "tests.comparison.chanx", ("chanx",))
CHANNELTEST = Library("channeltest", "channeltest", ("channeltest",))

LIBRARIES = [CHANNELS, CHANX, CHANNELTEST]
