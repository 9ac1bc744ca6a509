from __future__ import annotations

import pytest

from channeltest.upgrade.outcome import Left
from channeltest.upgrade.units.usage import check_not_patched, check_session_not_read, needs_alias
from tests.channeltest.upgrade.projects import project

CONSUMERS = "from channels import Group\ndef f(m):\n    Group('x').send({})\n"


def alias(edited=("app.consumers",), **texts):
    return needs_alias(project(app__consumers=CONSUMERS, **texts), "app.consumers.f", (), edited)


def test_nobody_uses_it():
    assert not alias()


@pytest.mark.parametrize(
    "text",
    [
        "from app.consumers import f\nx == (f, {})",
        "from app.consumers import f\nfrom channels import route\nroute('x', f)",
        "from channels import route\nroute('x', 'app.consumers.f')",
        "from app.consumers import f",
    ],
)
def test_a_test_uses_its_name(text):
    assert alias(tests=text)


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({"tests": "from app.consumers import f\nf(1)"}, "a test calls it"),
        ({"tests": "from app.consumers import f\nf.__wrapped__"}, "a test looks inside it"),
        ({"tests": "patch('app.consumers.f')"}, "a test names it"),
        ({"app__views": "from app.consumers import f\nx = f"}, "elsewhere than in a route"),
    ],
)
def test_a_function_is_needed(texts, reason):
    with pytest.raises(Left, match=reason):
        alias(**texts)


def test_an_import_in_a_module_that_is_edited():
    assert not alias(
        edited=["app.consumers", "app.routing"], app__routing="from .consumers import f"
    )


def patched(test):
    found = project(app__consumers=CONSUMERS, tests=test)
    module, function = found.definition("app.consumers.f")
    check_not_patched(found, module, function)


def test_patches():
    patched("patch('app.consumers.Channel')")
    with pytest.raises(Left, match=r"a test patches app\.consumers\.Group"):
        patched("patch('app.consumers.Group')")


@pytest.mark.parametrize(
    ("test", "reads"),
    [
        ("import channels\nclient.session['a'] = 1", False),
        ("import channels\nclient.session.save()", False),
        ("import channels\nx = client.session['a']", True),
        ("import channels\nclient.session['a'] == 1", True),
        ("import channels\nclient.session.load()", True),
        ("from channels.sessions import session_for_reply_channel", True),
        ("self.client.session['a'] == 1", False),
    ],
)
def test_stored_sessions(test, reads):
    found = project(app__consumers=CONSUMERS, tests=test)
    module, function = found.definition("app.consumers.f")
    if reads:
        with pytest.raises(Left, match="stored channel session"):
            check_session_not_read(found, function, module)
    else:
        check_session_not_read(found, function, module)
