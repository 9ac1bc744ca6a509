"""Runs the fixers over a project, each on what the one before left."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, cast

from ..sources import files
from ..sources.project import Project
from .outcome import Finding, Outcome

# In the order in which they run.
FIXERS = (
    *("class_consumers", "function_consumers", "worker_functions"),
    *("group_sends", "channel_sends", "application"),
)
# It runs after all others, if it is asked for.
ASYNC = "async_consumers"


class Fixer(Protocol):
    """The module of a fixer."""

    __doc__: str | None
    CODE: str

    def fix(self, project: Project) -> Outcome:
        """Convert one thing in a project."""
        raise NotImplementedError


@dataclass
class Plan:
    """What an upgrade would change.

    Attributes:
        before: The project as it is.
        after: The project as it would be.
        findings: What is converted and what is left alone, by file and line; lines are those of
            ``before``, or of what an earlier fixer made of it.
    """

    before: Project
    after: Project
    findings: list[Finding]

    @property
    def changed(self) -> list[str]:
        """The dotted names of the modules that change, by their files."""
        names = [
            name
            for name, module in self.after.modules.items()
            if name not in self.before.modules or module.text != self.before.modules[name].text
        ]
        return sorted(names, key=lambda name: self.after.modules[name].path)


def load(name: str) -> Fixer:
    """Return the module of a fixer.

    Args:
        name: One of `FIXERS`, or `ASYNC`.
    """
    return cast(Fixer, importlib.import_module(f"channeltest.upgrade.fixers.{name}"))


def plan(project: Project, names: Collection[str] = FIXERS) -> Plan:
    """Run fixers over a project; nothing is written.

    Args:
        project: The project.
        names: Those of `FIXERS` that run, and perhaps `ASYNC`.

    Returns:
        What would change.
    """
    after, findings = project, []
    for name in (*FIXERS, ASYNC):
        if name in names:
            outcome = load(name).fix(after)
            findings += outcome.findings
            after = after.changed(outcome.texts, outcome.created)
            for changed in [*outcome.texts, *(module.name for module in outcome.created)]:
                # A text that cannot be parsed is never written.
                after.modules[changed].tree  # noqa: B018
    return Plan(project, after, sorted(findings))


def write(found: Plan) -> None:
    """Write what a plan changes; if a file cannot be written, those before it are put back.

    Args:
        found: The plan.

    Raises:
        SourceError: A file cannot be written.
    """
    done = []
    try:
        for name in found.changed:
            module = found.after.modules[name]
            files.write(module.path, module.text, module.encoding)
            done.append(name)
    except files.SourceError:
        for name in done:
            if name in found.before.modules:
                module = found.before.modules[name]
                files.write(module.path, module.text, module.encoding)
            else:
                found.after.modules[name].path.unlink()
        raise
