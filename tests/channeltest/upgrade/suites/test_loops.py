from __future__ import annotations

from textwrap import indent

import pytest

from tests.channeltest.upgrade.suites.cases import behind, left_behind


@pytest.mark.parametrize("receive", ["receive()", "receive(json=False)"])
def test_a_loop_that_takes_all_frames(receive):
    loop = f"while client.{receive} is not None:\n    pass"
    assert behind(loop) == "await client.receive_all()\n"


@pytest.mark.parametrize(
    "loop",
    [
        "while client.receive() is None:\n    pass",
        "while client.receive() is not None:\n    x = 1",
        "while client.receive() is not None:\n    pass\nelse:\n    x = 1",
        "while client.receive():\n    pass",
    ],
)
def test_other_loops(loop):
    assert "whether a frame comes is not known" in left_behind(loop)


LOOP = """\
found = []
while True:
    frame = client.{receive}
    if {test}:
        {end}
    {kept}
"""


def loop(receive="receive()", test="frame is None", end="break", kept="found.append(frame)"):
    return LOOP.format(receive=receive, test=test, end=end, kept=kept)


@pytest.mark.parametrize(
    ("parts", "after"),
    [
        ({"receive": "receive(json=False)"}, "found = await client.receive_all()"),
        ({}, "found = [loads(frame) for frame in await client.receive_all()]"),
        (
            {"receive": "receive(json=False)", "end": "return found"},
            "return await client.receive_all()",
        ),
        ({"end": "return found"}, "return [loads(frame) for frame in await client.receive_all()]"),
    ],
)
def test_a_loop_that_collects_all_frames(parts, after):
    assert behind(loop(**parts)) == f"{after}\n"


@pytest.mark.parametrize(
    "text",
    [
        loop(test="not frame"),
        loop(end="return 1"),
        loop(end="continue"),
        loop(kept="found.append(1)"),
        loop(kept="pass"),
        loop().replace("[]", "[1]"),
        loop().replace("True", "PATH"),
        loop(kept="found.append(frame)\n    x = 1"),
        loop() + "else:\n    x = 1\n",
        "if PATH:\n" + indent(loop().replace("found = []\n", ""), "    "),
    ],
)
def test_what_collects_something_else(text):
    assert "whether a frame comes is not known" in left_behind(text)
