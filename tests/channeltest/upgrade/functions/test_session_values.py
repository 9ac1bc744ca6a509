from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from channeltest.upgrade.functions.session_values import check_read, check_write, is_session_use


def problems(text):
    """What is wrong with the uses of ``session`` in a consumer with the argument ``slug``."""
    lines = "".join(f"    {line}\n" for line in dedent(text).splitlines())
    function = ast.parse(f"def f(message, slug, session):\n{lines}").body[0]
    parents = {id(c): node for node in ast.walk(function) for c in ast.iter_child_nodes(node)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == "session":
            parent = parents[id(node)]
            around = parents[id(parent)]
            if not is_session_use(node, parent, around):
                return "use"
            if check_read(parent, around, function, "message"):
                return "read"
            if check_write(parent, around, function, "message"):
                return "write"
    return None


@pytest.mark.parametrize(
    "text",
    [
        "session['a'] = 1",
        "session['a'] = slug",
        "session['a'] = 'x-%s' % slug",
        "session['a'] = [slug, 1]",
        "session['a'] = session['b'] + [str(slug)]",
        "session['a'] = slug.user.pk",
        "user = find(slug)\nsession['a'] = user.groups[0].pk",
        "session['a'] = find(slug).pk",
        "n = 1\nsession['a'] = n",
        "session['a'] = 1 if slug else None",
        "session['a'] += 1",
        "del session['a']",
        "print(session['a'], session.get('a'), 'a' in session, session.pop('a', None))",
        "rooms = session['a']\nprint(rooms)",
        "rooms = session['a']\nrooms.append(slug)\nsession['a'] = rooms",
        "rooms = session['a']\nsession['b'] = 1\nif slug:\n    rooms.remove(slug)\n    return",
        "if slug:\n    rooms = session['a']\n    rooms.append('x')\n    session['a'] = rooms",
        "rooms = session['a']\nif slug not in rooms:\n    rooms.append(slug)\nsession['a'] = rooms",
        "rooms = session['a']\nsession['a'] = [room for room in rooms if room != slug]",
        "session['n'] += 1\nsession['a'].append(1)",
    ],
)
def test_the_same(text):
    assert problems(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("print(session)", "use"),
        ("session[slug] = 1", "use"),
        ("session.update(a=1)", "use"),
        ("session['a'].append(1)", "read"),
        # What is shared was a copy in each session.
        ("session['a'] = DEFAULTS['cart']", "write"),
        ("session['a'] = session['b'] = []", "write"),
        ("session['a']['b'] = 1", "read"),
        ("rooms = session['a']\nrooms.append(1)", "read"),
        ("rooms = session.get('a')\nrooms['x'] = 1", "read"),
        ("rooms = session['a']\nrooms.append((1, 2))\nsession['a'] = rooms", "read"),
        ("rooms = session['a']\nrooms[1] = 2\nsession['a'] = rooms", "read"),
        ("rooms = session['a']\nrooms.append(1)\nif slug:\n    return\nsession['a'] = 1", "read"),
        ("rooms = session['a']\nif slug:\n    session['a'] = rooms\nrooms.append(1)", "read"),
        (
            "rooms = session['a']\nif slug:\n    rooms.append(1)\n    return\nsession['a'] = rooms",
            "read",
        ),
        (
            "r = session['a']\ntry:\n    r.append(1)\nfinally:\n    x()\nsession['a'] = r",
            "read",
        ),
        ("rooms = session['a']\nrooms.append(1)\nother['a'] = rooms", "read"),
        ("session['a'] = [(room, 1) for room in slug]", "write"),
        ("session['a'] = settings.ROOMS", "write"),
        ("session['a'] = (1, 2)", "write"),
        ("session['a'] = {1: 2}", "write"),
        ("session['a'] = thing()", "write"),
        ("n = 1, 2\nsession['a'] = n", "write"),
        ("for n in slug: session['a'] = n", "write"),
        ("session['a'] = message", "write"),
        ("session['a'] = b'x'", "write"),
        ("session['a'], b = 1, 2", "write"),
    ],
)
def test_not_the_same(text, problem):
    assert problems(text) == problem
