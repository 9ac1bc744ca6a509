"""The recorder is one file that Python 2.7 and 3.4 can read."""

from __future__ import annotations

import ast
import subprocess

import pytest

from channeltest.cli import main
from channeltest.recorder.command import PARTS, recorder
from scripts import reference

from ..helpers import ROOT

# What Python 2.7 has not.
NEW = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal, ast.Await, ast.YieldFrom)


def test_what_is_printed(capsys):
    assert main(["recorder"]) == 0
    assert capsys.readouterr().out == recorder()


def test_one_module():
    tree = ast.parse(recorder())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {node.level for node in imports} == {0}
    first, *rest = [node.module for node in imports]
    assert (first, "__future__" in rest) == ("__future__", False)
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert len(names) == len(set(names))
    assert {"as_data", "Suite", "Recorder"} < set(names)


def test_every_part_is_in_it():
    folder = ROOT / "channeltest" / "recorder" / "parts"
    assert {path.stem for path in folder.glob("*.py")} == {"__init__", *PARTS}


def test_python_2_can_read_it():
    text = recorder()
    text.encode("ascii")
    for node in ast.walk(ast.parse(text)):
        assert not isinstance(node, NEW)
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            assert not (node.args.kwonlyargs or node.args.posonlyargs)
        # super() without arguments
        assert not (isinstance(node, ast.Call) and ast.unparse(node) == "super()")


def test_python_3_8_can_import_it(tmp_path):
    python = reference.python() or pytest.skip(reference.MISSING)
    (tmp_path / "channels1_recorder.py").write_text(recorder())
    command = [python, "-W", "error", "-c", "import channels1_recorder"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.stderr == ""
