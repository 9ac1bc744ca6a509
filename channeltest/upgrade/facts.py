"""What is known about a function consumer, and what its translation is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from ..sources.edits import Edits

# A binary frame is a TypeError here, as it was a KeyError in 1.x.
ARGUMENTS = {"connect": "self", "receive": "self, text_data", "disconnect": "self, code"}
# Where a modern consumer finds what the path had.
URL = 'self.scope["url_route"]["kwargs"]'


@dataclass
class Facts:
    """What is known about a function consumer.

    Attributes:
        handler: ``"connect"``, ``"receive"`` or ``"disconnect"``.
        has_session: Whether its decorators give it ``channel_session``.
        has_user: Whether its decorators, and those of the consumer of ``websocket.connect``, give
            it the user of the HTTP session.
        sending: The names of functions that may send to groups.
        notes_acceptance: Whether ``is_accepted`` is set where it accepts.
        has_one_layer: Whether the project has one channel layer only.
    """

    handler: str
    has_session: bool
    has_user: bool
    sending: Collection[str]
    notes_acceptance: bool = False
    has_one_layer: bool = False


@dataclass
class Translation:
    """A translated function.

    Attributes:
        edits: The changes of its body.
        arguments: The method's arguments.
        uses_session: Whether it uses the channel session.
        imports: What the body needs, as pairs of a module and a name.
        may_refuse: Whether it may end without having accepted.
    """

    edits: Edits
    arguments: str
    uses_session: bool = False
    imports: set[tuple[str, str]] = field(default_factory=set)
    may_refuse: bool = False
