"""`trace`: the conversation between a test and its consumers, as data, as text and as a drawing."""

from __future__ import annotations

from types import TracebackType

from ..compat.advice import with_note
from ..compat.inmemory import ChannelLayer
from . import entries as conversation
from .events import Event, read
from .mermaid import diagram
from .notes import reveal
from .text import line, table

TITLE = "The conversation"

# Lines below a failure.
SHOWN = 20


class trace:
    """The conversation: who sent what to whom, in order.

    As a context manager it covers its block, and an exception that leaves the block shows the
    conversation. Without ``with`` it covers the running test from its beginning, or from its first
    client on where the test is in a plain test case or a function; the last 250 steps are kept.

    What is written down: messages that cross a captive layer (in the block, any in-memory layer),
    messages that a test's client has a consumer run, what modern applications send, and what
    consumers raise.
    """

    def __init__(self) -> None:
        self._start = conversation.beginning()
        self._kept: conversation.Excerpt | None = None

    def __enter__(self) -> trace:
        """Begin here, and keep everything."""
        conversation.watch()
        self._start = conversation.now()
        self._journal = vars(ChannelLayer)["journal"]
        ChannelLayer.journal = staticmethod(conversation.record_crossing)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        """End here; what was said stays readable."""
        ChannelLayer.journal = self._journal
        self._kept = conversation.since(self._start)
        conversation.unwatch()
        if exc_val is not None:
            show(exc_val, self)

    @property
    def events(self) -> list[Event]:
        """What was said so far, or until the block was left."""
        return read(self.excerpt.entries).events

    @property
    def excerpt(self) -> conversation.Excerpt:
        """The part of the record that this covers."""
        return self._kept or conversation.since(self._start)

    def as_text(self, most: int | None = None) -> str:
        """Return the conversation as text, one line for each event.

        Args:
            most: How many lines to show, the last ones; all by default.

        Returns:
            A title that says how many lines were left out, and the lines; ``""`` when nothing
            was said.
        """
        events, lost = self.events, self.excerpt.lost
        if not events:
            return ""
        shown = events if most is None else events[-most:]
        left_out = len(events) - len(shown)
        title = f"{TITLE}, in order"
        if left_out or lost:
            more = "more than " if lost else ""
            title += f" (its last {len(shown)} lines; {more}{left_out} earlier ones are left out)"
        return "\n".join([f"{title}:", *(f"  {each}" for each in table(map(line, shown)))])

    def as_mermaid(self) -> str:
        """Return the conversation as a Mermaid sequence diagram."""
        return diagram(self.events)


def show(error: BaseException, conversed: trace | None = None) -> None:
    """Have a failing test show its conversation: as a note on ``error``, once.

    Args:
        error: What fails the test.
        conversed: The conversation; the running test's by default.
    """
    notes = getattr(error, "__notes__", ())
    if any(note.startswith(TITLE) for note in notes) or f"\n{TITLE}" in str(error):
        return
    text = (conversed or trace()).as_text(SHOWN)
    if text:
        with_note(error, text)
    reveal(error)
