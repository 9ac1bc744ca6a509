"""Reads a project and returns everything that `channeltest check` finds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..sources.files import decode, find_files
from ..sources.module import Module
from ..sources.project import Project
from ..upgrade.outcome import Finding
from ..upgrade.plan import plan
from . import channels1, django, requirements, settings, templates
from .catalogue import CODES
from .tokens import Source

Places = Iterable[tuple[int, str, str]]


def scan(paths: Iterable[Path]) -> list[Finding]:
    """Return the findings of a project, by file and line.

    Args:
        paths: Its files and folders.

    Raises:
        SourceError: A file cannot be read or decoded.
    """
    modules: list[Module] = []
    found: list[Finding] = []
    for path in find_files(paths, _is_wanted):
        if path.suffix == ".py":
            modules.append(Module.load(path))
        if requirements.is_requirements(path) or path.suffix != ".py":
            found += _in_other(path)
    project = Project(modules)
    after = project
    old = [module for module in project.with_channels() if not module.is_python3]
    for module in old:
        assert module.error is not None
        line, code = module.error.line or 1, CODES["CT001"]
        text = f"{module.error.text}: {code.reason}"
        found.append(Finding(module.path, line, 1, "CT001", code.kind, text))
    if not old:
        # What upgrade refuses to begin with is not automatic.
        upgraded = plan(project)
        found += upgraded.findings
        after = upgraded.after
    for module in modules:
        found += _in_module(module, after.modules[module.name])
    return sorted(set(found))


def _is_wanted(path: Path) -> bool:
    return path.suffix == ".py" or requirements.is_requirements(path) or templates.is_template(path)


def _in_other(path: Path) -> Iterator[Finding]:
    text, _ = decode(path.read_bytes(), path)
    if requirements.is_requirements(path):
        places = requirements.find(text, path.name)
    else:
        places = templates.find(text)
    return _findings(path, Source(text), places)


def _in_module(module: Module, after: Module) -> Iterator[Finding]:
    source = Source(module.text, module.package)
    if "channels" in module.text or "asgi" in module.text:
        if not module.is_test:
            left = {name for _, _, name in channels1.find(Source(after.text, after.package))}
            places = [each for each in channels1.find(source) if each[2] in left]
            yield from _findings(module.path, source, places)
        if "CHANNEL_LAYERS" in module.text or "INSTALLED_APPS" in module.text:
            stay = {text for _, _, text in settings.find(Source(after.text, after.package))}
            places = [each for each in settings.find(source) if each[2] in stay]
            yield from _findings(module.path, source, places)
    yield from _findings(module.path, source, django.find(source))


def _findings(path: Path, source: Source, places: Places) -> Iterator[Finding]:
    for start, code, text in places:
        line, column = source.place(start)
        known = CODES[code]
        yield Finding(path, line, column, code, known.kind, f"{text}: {known.reason}")
