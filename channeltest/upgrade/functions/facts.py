"""What is known about a function consumer, and what its translation is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...sources.edits import Edits
from ...sources.project import Project
from .order import Event

if TYPE_CHECKING:
    from .helpers import Helper

# What a method takes that begins with reading text: a binary frame is a TypeError, as it was a
# KeyError.
TEXT_FRAME = ("text_data",)
BOTH_FRAMES = ("text_data=None", "bytes_data=None")
# What a frame's arguments are called, by their names of 1.x.
FRAME = {"text": "text_data", "bytes": "bytes_data"}
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
        groups: The names of functions and properties of the project that return a group.
        helpers: The functions of the project that take a message, by their dotted names.
        run_helper: Translates one of them; returns what it does, and its translation.
        attributes: What the project assigns to messages, such as ``message.device``.
        project: The project, to find functions that return what is sent.
        unknown: The arguments of which it is not known that they are the same after JSON.
        is_caught: Whether decorators may catch what it raises.
    """

    handler: str
    has_session: bool
    has_user: bool
    sending: Collection[str]
    notes_acceptance: bool = False
    has_one_layer: bool = False
    groups: Collection[str] = ()
    helpers: Mapping[str, Helper] = field(default_factory=dict)
    run_helper: Callable[[Helper, Facts], tuple[list[Event], Translation]] | None = None
    attributes: Collection[str] = ()
    project: Project | None = None
    unknown: Collection[str] = ()
    is_caught: bool = False


@dataclass
class Translation:
    """A translated function.

    Attributes:
        edits: The changes of its body.
        arguments: What the method takes besides itself.
        frames: How it reads its frames: ``"text"``, and ``"either"`` where that may be missing.
        uses_session: Whether it uses the channel session.
        imports: What the body needs, as pairs of a module and a name.
        may_refuse: Whether it may end without having accepted.
        accepts_late: Whether it may send a frame before it has accepted.
        hands_out_name: Whether it uses the name of its channel.
        answers_behind: Whether it sends answers over its own channel, behind what a group gets.
        returns: Whether it returns something.
        helped: The changes of the helpers that it uses, by their dotted names.
    """

    edits: Edits
    arguments: tuple[str, ...] = ()
    frames: set[str] = field(default_factory=set)
    uses_session: bool = False
    imports: set[tuple[str, str]] = field(default_factory=set)
    may_refuse: bool = False
    accepts_late: bool = False
    hands_out_name: bool = False
    answers_behind: bool = False
    returns: bool = False
    helped: dict[str, Translation] = field(default_factory=dict)

    def take(self, other: Translation) -> None:
        """Take over what another translation needs, but not its changes."""
        self.frames |= other.frames
        self.uses_session |= other.uses_session
        self.hands_out_name |= other.hands_out_name
        self.answers_behind |= other.answers_behind
        self.imports |= other.imports
        self.helped |= other.helped

    def take_helped(self, name: str, other: Translation) -> None:
        """Take over the translation of a helper, whose imports are those of its own module."""
        self.uses_session |= other.uses_session
        self.hands_out_name |= other.hands_out_name
        self.answers_behind |= other.answers_behind
        self.helped |= {**other.helped, name: other}
