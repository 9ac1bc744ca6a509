"""Functions for ``websocket.connect``, ``.receive`` and ``.disconnect`` become one consumer class.

::

    @channel_session_user_from_http
    def ws_connect(message, room):
        message.reply_channel.send({"accept": True})
        Group("chat-%s" % room).add(message.reply_channel)

    class ChatConsumer(WebsocketConsumer):
        def connect(self):
            room = self.scope["url_route"]["kwargs"]["room"]
            self.accept()
            async_to_sync(self.channel_layer.group_add)("chat-%s" % room, self.channel_name)
"""

from __future__ import annotations

import ast

from ...sources.project import Project
from ..changes import Changes
from ..choice import check_chosen
from ..functions.facts import Translation
from ..functions.function_class import FunctionClass
from ..functions.helpers import Helper, find_helpers, without
from ..outcome import Finding, Left, Outcome, finding
from ..sends.sends import sending_names
from ..units.shared_paths import add_problems
from ..units.units import Unit, websocket_units

CODE = "CT101"


def fix(project: Project) -> Outcome:
    """Convert the function consumers of websockets.

    Args:
        project: The project.

    Returns:
        What changed, and a finding for each group of functions.
    """
    units = websocket_units(project)
    add_problems(project, units)
    definitions = [project.definition(name) for unit in units for name in unit.names]
    functions = [
        (each[0], each[1])
        for each in definitions
        if each is not None and isinstance(each[1], ast.FunctionDef)
    ]
    helpers = find_helpers(project, functions)
    found = _convert(project, units, helpers)
    late = [each for each in helpers.values() if each.is_late]
    for each in late:
        each.follows_sends = True
    # Functions that answer everybody later may not suit those who had them answer at once.
    again = _convert(project, units, helpers) if late else found
    return (again if len(again.failed) < len(found.failed) else found).outcome()


def _convert(project: Project, units: list[Unit], helpers: dict[str, Helper]) -> _Attempt:
    """Convert what can be converted, with those helpers that only converted consumers use."""
    reasons: dict[int, Left] = {}
    while True:
        behind = sum(each.follows_sends for each in helpers.values())
        attempt = _Attempt(project, units, helpers, reasons)
        remaining = without(helpers, attempt.failed)
        is_same = behind == sum(each.follows_sends for each in helpers.values())
        if is_same and len(remaining) == len(helpers):
            return attempt
        # What a consumer that stays uses goes on taking messages. A decorator that answers one
        # consumer behind what groups get does so for all.
        helpers = remaining


class _Attempt:
    """Converts all units, with some helpers.

    Args:
        project: The project.
        units: The units.
        helpers: The helpers, by their dotted names.
        reasons: Why units stay, by their places: those of former attempts, and then of this one.
    """

    def __init__(
        self,
        project: Project,
        units: list[Unit],
        helpers: dict[str, Helper],
        reasons: dict[int, Left],
    ) -> None:
        self.failed: set[int] = set()
        self._changes, self._findings = Changes(project), list[Finding]()
        helped = dict[str, Translation]()
        sending, taken = sending_names(project), set[tuple[str, str]]()
        for place, unit in enumerate(units):
            definition = project.definition(unit.names[0])
            assert definition is not None
            module, function = definition
            names = ", ".join(name.rpartition(".")[2] for name in unit.names)
            try:
                check_chosen(project, module, function)
                if place in reasons:
                    raise reasons[place]
                conversion = FunctionClass(project, unit, sending, taken, helpers)
                own = Changes(project)
                conversion.convert(own)
            except Left as left:
                reasons[place] = left
                found = [project.definition(name) for name in unit.names]
                self.failed |= {id(each[1]) for each in found if each is not None}
                text = f"{names}: {left.within(module)}"
                self._findings.append(finding(module, function, CODE, "by hand", text))
            else:
                self._changes.update(own)
                helped |= conversion.helped
                taken.add((module.name, conversion.class_name))
                text = f"{names} become {conversion.class_name}"
                self._findings.append(finding(module, function, CODE, "automatic", text))
        for name, translation in helped.items():
            self._changes.edits(helpers[name].module).update(translation.edits)

    def outcome(self) -> Outcome:
        """Return what changed."""
        return Outcome(self._changes.texts(), self._findings)
