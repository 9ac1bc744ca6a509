from __future__ import annotations

from pathlib import Path

from channeltest.upgrade import refusal
from channeltest.upgrade.functions import binary_frames
from channeltest.upgrade.prove.falls import fall
from tests.channeltest.upgrade.projects import project

FUNCTIONS = """\
def connect(message):
    a = 1

def receive(message):
    if message:
        b = 1
    else:
        c = 1
"""
CLASS = """\
class C:
    def connect(self):
        a = 2

    def receive(self, text):
        if text:
            b = 2
        else:
            c = 2
"""


def found(before, after, was, now, name="app", differing=()):
    sides = project(**{name: before}), project(**{name: after})
    file = f"{name}.py"
    return fall(Path(), *sides, {file: frozenset(was)}, {file: frozenset(now)}, differing)


def test_what_is_as_it_was():
    assert found(FUNCTIONS, FUNCTIONS, [2, 5, 6], [2, 5, 6]) is None
    assert found(FUNCTIONS, "# A comment.\n" + FUNCTIONS, [2, 5, 6], [3, 6, 7, 9]) is None
    text = found(FUNCTIONS, "# A comment.\n" + FUNCTIONS, [2, 5, 6, 8], [3, 6, 7])
    assert text == "app.py: line 9 of receive was reached by tests, and is not any more"
    assert found(FUNCTIONS, FUNCTIONS, [], []) is None


def test_tests_do_not_count():
    assert found(FUNCTIONS, FUNCTIONS, [2, 5, 6], [], "test_app") is None


def test_functions_that_became_a_class():
    assert found(FUNCTIONS, CLASS, [2, 5, 6, 8], [3, 6, 7, 9]) is None
    assert found(FUNCTIONS, CLASS, [2, 5, 6], [3, 6, 7]) is None
    # What no test reached may be one that a test reaches.
    assert found(FUNCTIONS, CLASS, [2], [3, 6, 7]) is None
    assert found(FUNCTIONS, CLASS, [2, 5, 6], [6, 7]) == (
        "app.py: tests reached all but 1 places of this, and do not reach line 3 of C.connect; "
        "line 9 of C.receive"
    )


def test_a_function_that_is_written_anew():
    after = FUNCTIONS.replace("message", "consumer")
    assert found(FUNCTIONS, after, [2, 5, 6], [2, 5, 6]) is None
    assert "line 8 of receive" in (found(FUNCTIONS, after, [2, 5, 6, 8], [2, 5, 6]) or "")
    # Another function does not make up for it.
    assert "line 6 of receive" in (found(FUNCTIONS, after, [5, 6, 8], [2, 5, 8]) or "")


def test_what_a_conversion_adds():
    handler = "\n    def group_message(self, event):\n        self.send(1)\n"
    assert found(FUNCTIONS, CLASS + handler, [2, 5, 6, 8], [3, 6, 7, 9]) is None
    guard = "".join(f"        {line}\n" for line in refusal.guard("    "))
    guarded = CLASS.replace("        a = 2\n", guard + "        a = 2\n")
    assert found(FUNCTIONS, guarded, [2, 5, 6, 8], [4, 6, 9, 10, 12]) is None
    sends = CLASS + "\n" + refusal.send_text("    ", "\n")
    assert found(FUNCTIONS, sends, [2, 5, 6, 8], [3, 6, 7, 9]) is None
    other = sends.replace("self.accept()", "self.close()")
    assert "of " in (found(FUNCTIONS, other, [2, 5, 6, 8], [3, 6, 7, 9]) or "")
    added = FUNCTIONS + "\ndef more():\n    pass\n"
    assert found(FUNCTIONS, added, [2, 5, 6, 8], [2, 5, 6, 8]) is None


def test_where_a_binary_frame_fails():
    guard = "".join(f"        {line}\n" for line in binary_frames.failure("    "))
    guarded = CLASS.replace("        if text:\n", guard + "        if text:\n")
    assert found(FUNCTIONS, guarded, [2, 5, 6, 8], [3, 6, 8, 9, 11]) is None


def test_a_module_that_is_gone():
    assert fall(Path(), project(app="a = 1\n"), project(), {}, {}) is None


def test_many_lines():
    text = "def f():\n" + "".join(f"    a = {n}\n" for n in range(9))
    assert "line 2, 3, 4, 5, 6 and 4 more of f" in (found(text, text, range(2, 11), []) or "")


def test_a_file_of_which_each_run_reaches_other_lines():
    after = FUNCTIONS.replace("message", "consumer")
    assert found(FUNCTIONS, after, [2, 5, 6], [2], differing=["app.py"]) is None
    assert found(FUNCTIONS, CLASS, [2, 5, 6], [], differing=["app.py"]) is None
    text = found(FUNCTIONS, FUNCTIONS, [2, 5, 6], [2], differing=["app.py"])
    assert "line 5, 6 of receive" in (text or "")
