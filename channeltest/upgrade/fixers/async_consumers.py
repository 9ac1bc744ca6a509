"""Consumers that were converted in the same run become async, where every call in them allows it.

::

    class ChatConsumer(WebsocketConsumer):
        def receive(self, text_data):
            async_to_sync(self.channel_layer.group_add)(text_data, self.channel_name)
            self.send(text_data="joined")

    class ChatConsumer(AsyncWebsocketConsumer):
        async def receive(self, text_data):
            await self.channel_layer.group_add(text_data, self.channel_name)
            await self.send(text_data="joined")
"""

from __future__ import annotations

import re

from ...sources.project import Project
from ..changes import Changes
from ..choice import check_chosen
from ..outcome import Left, Outcome, finding
from ..to_async.analysis import Analysis, Result
from ..to_async.families import check_family, converted_families
from ..to_async.family import Family
from ..to_async.rewriting import rewrite_class, rewrite_functions
from ..to_async.sharing import check_shared
from ..to_async.values import Users

CODE = "CT107"

_OWN_USERS = re.compile(r"(?<!settings\.)\bAUTH_USER_MODEL\s*=")
_LAZY_USERS = re.compile(r"""scope\[["']user["']\]\s*=[^=]|["']user["']:\s*SimpleLazyObject""")


def fix(project: Project) -> Outcome:
    """Write consumers as async ones.

    Args:
        project: The project.

    Returns:
        What changed, and a finding for each class that was converted in this run.
    """
    outcome, changes = Outcome(), Changes(project)
    users = _users(project)
    found: list[tuple[Family, Result]] = []
    for family in converted_families(project):
        try:
            found.append((family, _result(project, family, users)))
        except Left as left:
            _stays(outcome, family, left)
    shared = True
    while shared:
        # What a consumer that stays sync calls, goes on being called by it.
        shared = False
        for family, result in list(found):
            try:
                check_shared(project, result, [each for _, each in found])
            except Left as left:
                _stays(outcome, family, left)
                found.remove((family, result))
                shared = True
    done = set[int]()
    for family, result in found:
        rewrite_class(changes, family)
        rewrite_functions(changes, result, done)
        for each in family.members:
            text = f"{each.node.name} becomes an async consumer"
            outcome.findings.append(finding(each.module, each.node, CODE, "automatic", text))
    outcome.texts = changes.texts()
    return outcome


def _users(project: Project) -> Users:
    texts = [module.text for module in project.modules.values() if not module.is_test]
    if any(map(_LAZY_USERS.search, texts)):
        return "lazy"
    return "own" if any(map(_OWN_USERS.search, texts)) else "django"


def _result(project: Project, family: Family, users: Users) -> Result:
    """Return what is known of a family.

    Raises:
        Left: It stays sync.
    """
    for each in family.members:
        check_chosen(project, each.module, each.node)
    check_family(project, family)
    result = Analysis(project, family, users).run()
    own = Changes(project)
    rewrite_class(own, family)
    return result


def _stays(outcome: Outcome, family: Family, left: Left) -> None:
    for each in family.members:
        text = f"{each.node.name}: {left.within(each.module)}"
        outcome.findings.append(finding(each.module, each.node, CODE, "stays sync", text))
