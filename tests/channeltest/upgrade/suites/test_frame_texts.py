from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.suites.frame_texts import kind_of
from channeltest.upgrade.suites.values import Value
from tests.channeltest.upgrade.suites.cases import family, methods


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("'a'", "text"),
        ("f'{a}'", "text"),
        ("'%s' % a", "text"),
        ("'a' + b", "text"),
        ("'{}'.format(a)", "text"),
        ("','.join(a)", "text"),
        ("json.dumps(a)", "text"),
        ("str(a)", "text"),
        ("{'a': 1}", "json"),
        ("[1]", "json"),
        ("3", "json"),
        ("dict(a=1)", "json"),
        ("content", "json"),
        ("None", "none"),
        ("''", "none"),
        ("{}", "none"),
        ("[]", "none"),
        ("dict()", ""),
        ("a + b", ""),
        ("a.join(b)", ""),
        ("other", ""),
        ("read()", ""),
    ],
)
def test_a_value(text, kind):
    only, _, _ = family(methods("def say(self, **content):\n    pass"))
    node = ast.parse(text, mode="eval").body
    assert kind_of(Value(only.methods[0], node)) == kind
