"""What a scenario is given to write its transcript with."""

from __future__ import annotations

import contextlib
import logging
from typing import Any, Callable, Dict, Iterator, List
from unittest import mock

from tests.differential.values import Normaliser

Scenario = Callable[["Recorder"], None]

#: Every scenario by its name, ``family.function``, once its module is imported.
REGISTRY: Dict[str, Scenario] = {}


def scenario(function: Scenario) -> Scenario:
    """Registers a function that takes a ``Recorder``; its name is its module's and its own."""
    name = "{}.{}".format(function.__module__.rpartition(".")[2], function.__name__)
    if name in REGISTRY:
        raise ValueError(f"two scenarios are named {name}")
    REGISTRY[name] = function
    return function


def bare(function: Scenario) -> Scenario:
    """Marks a scenario that runs outside any ``ChannelTestCase``: it makes its own."""
    function.bare = True  # type: ignore[attr-defined]
    return function


class Clock:
    """Stands in for ``time.time`` and ``time.sleep``: sleeping moves it, and takes no time."""

    def __init__(self) -> None:
        self.now = 1500000000.0

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Recorder:
    """A transcript: a list of ``[label, value]`` in the order in which a scenario noted them.

    Attributes:
        case: The ``ChannelTestCase`` the scenario runs in, or ``None`` for a bare one.
        entries: The transcript so far, as JSON data.
    """

    def __init__(self, case: Any = None) -> None:
        self.case = case
        self.entries: List[List[Any]] = []
        self.normalise = Normaliser()

    def note(self, label: str, value: Any = None) -> None:
        """Writes down a value."""
        self.entries.append([self.normalise.text(label), self.normalise(value)])

    def raises(self, label: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Calls the function; writes down its error's type and text, or what it returns."""
        self._call(label, True, function, args, kwargs)

    def raises_type(
        self, label: str, function: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> None:
        """The same without the text: for errors whose text is Python's or Django's own."""
        self._call(label, False, function, args, kwargs)

    def _call(
        self, label: str, text: bool, function: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        try:
            result = function(*args, **kwargs)
        except Exception as error:
            self.entries.append([label, self.normalise.exception(error, text)])
        else:
            self.note(label, {"returns": result})

    def messages(self, channel: str, alias: str = "default") -> None:
        """Takes every message off a channel and writes their contents down."""
        from channels import channel_layers

        contents = []
        while True:
            name, content = channel_layers[alias].receive([channel])
            if name is None:
                break
            contents.append(content)
        self.note(f"messages on {channel}", contents)

    def group(self, name: str, alias: str = "default") -> None:
        """Writes a group's channels down."""
        from channels import channel_layers

        self.note(f"group {name}", sorted(channel_layers[alias].group_channels(name)))

    @contextlib.contextmanager
    def clock(self) -> Iterator[Clock]:
        """Time that only moves when the scenario (or a sleep inside it) moves it."""
        clock = Clock()
        with mock.patch("time.time", clock.time), mock.patch("time.sleep", clock.sleep):
            yield clock

    @contextlib.contextmanager
    def logs(self, name: str) -> Iterator[None]:
        """Writes down what is logged on a logger, level and text, when the block ends."""
        records: List[logging.LogRecord] = []
        handler = logging.Handler()
        handler.emit = records.append  # type: ignore[method-assign, assignment]
        logger = logging.getLogger(name)
        before = logger.level, logger.propagate
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        try:
            yield
        finally:
            logger.removeHandler(handler)
            logger.setLevel(before[0])
            logger.propagate = before[1]
            for record in records:
                self.note(f"{name} {record.levelname}", record.getMessage())
