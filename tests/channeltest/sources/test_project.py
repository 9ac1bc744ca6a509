from __future__ import annotations

import pytest

from channeltest.sources.files import SourceError
from channeltest.sources.project import Project
from tests.channeltest.upgrade.projects import project


def test_definitions_are_followed():
    found = project(
        a="def f(): pass", b="from a import f", c="from b import f as g", d="import b\nb.f"
    )
    home, node = found.definition("c.g")
    assert (home.name, node.name) == ("a", "f")
    assert found.name_of("c.g") == "a.f"
    assert found.definition("c.nothing") is None
    assert found.name_of("other.thing") == "other.thing"


def test_uses():
    found = project(
        a="def f(): pass\nf",
        b="import a\na.f()",
        c="x = 'a.f', 'f', 'b.f'",
        d="def f(): pass\nf",
        e="from a import f\nf = 1",
    )
    uses = [(use.module.name, use.node.lineno) for use in found.uses("a.f")]
    assert uses == [("a", 2), ("b", 2), ("c", 1)]


def test_a_circle_of_imports_ends():
    assert project(a="from b import f", b="from a import f").definition("a.f") is None


def test_only_files_with_channels_must_be_python_3(tmp_path):
    (tmp_path / "a.py").write_text("print 'a'")
    found = Project.load([tmp_path])
    assert [*found.with_channels()] == [] and found.uses("a.a") == []
    (tmp_path / "b.py").write_text("from channels import Group\nprint 'a'")
    with pytest.raises(SourceError, match=r"b\.py:2: is no Python 3"):
        Project.load([tmp_path])


def test_names_from_stars():
    found = project(
        a="def f(): pass\ndef _g(): pass",
        b="from h import *",
        h="def h(): pass",
        c="from a import *\nfrom b import *",
    )
    assert found.definition("c.f") is not None
    assert found.definition("c._g") is None


def test_a_name_from_one_of_two_stars():
    found = project(a="def f(): pass", b="def f(): pass", c="from a import *\nfrom b import *")
    assert found.definition("c.f") is None


def test_stars_of_modules_that_are_not_there():
    found = project(a="def f(): pass", c="from a import *\nfrom other import *")
    assert found.definition("c.f") is None
