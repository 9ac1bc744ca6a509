"""Test classes in the dialect of Channels 1 become ``WebsocketTestCase`` with communicators.

::

    class RoomTests(ChannelTestCase):
        def test_echo(self):
            client = WSClient()
            client.send_and_consume("websocket.connect", path="/rooms/red/")
            client.send_and_consume("websocket.receive", text={"n": 1}, path="/rooms/red/")
            self.assertEqual(client.receive(), {"n": 1})

    class RoomTests(WebsocketTestCase):
        waits_for_rest = True

        async def test_echo(self):
            client = self.create_communicator()
            self.assertEqual(await client.connect(ws_path="/rooms/red/"), (True, None))
            await client.send_json_to({"n": 1})
            self.assertEqual(await client.receive_json_from(), {"n": 1})

Once the consumers are those of today, and only where ``--tests`` asks for it. Classes that derive
from each other are converted together or not at all.
"""

from __future__ import annotations

import ast

from ...sources.module import Module
from ...sources.project import Project
from ..changes import Changes
from ..choice import check_chosen
from ..outcome import Left, Outcome, finding
from ..suites.conversion import FamilyConversion
from ..suites.dialect import uses_dialect
from ..suites.family import Family, families

CODE = "CT108"

_SETTING = "ASGI_APPLICATION"


def fix(project: Project) -> Outcome:
    """Convert the families of test classes.

    Args:
        project: The project.

    Returns:
        What changed, and a finding for each family and for each function with a client.
    """
    outcome, changes = Outcome(), Changes(project)
    has_application = _has_application(project)
    for family in families(project):
        module, node = family.classes[0]
        own = Changes(project)
        try:
            check_chosen(project, module, node)
            if not has_application:
                raise Left(module, node, f"the routes are in ROUTING: there is no {_SETTING}")
            FamilyConversion(project, family, own).run()
        except Left as left:
            text = f"{family.name}: {left.within(module)}"
            outcome.findings.append(finding(module, node, CODE, "by hand", text))
            continue
        changes.update(own)
        verb = "become" if len(family.classes) > 1 else "becomes"
        text = f"{family.name} {verb} {_result(family)} with communicators"
        outcome.findings.append(finding(module, node, CODE, "automatic", text))
    for module in project.modules.values():
        if module.is_test and module.is_python3:
            outcome.findings += [
                finding(module, each, CODE, "by hand", f"{each.name}: no test case has it")
                for each in module.tree.body
                if isinstance(each, ast.FunctionDef) and uses_dialect(module, each)
            ]
    outcome.texts = changes.texts()
    return outcome


def _result(family: Family) -> str:
    return "a WebsocketTestCase" if len(family.classes) == 1 else "WebsocketTestCases"


def _has_application(project: Project) -> bool:
    return any(
        _SETTING in module.text and not module.is_test and _assigns(module)
        for module in project.modules.values()
    )


def _assigns(module: Module) -> bool:
    return module.is_python3 and _SETTING in module.definitions
