from __future__ import annotations

import ast

import pytest

from channeltest.upgrade.functions.request import decoding_of, is_decoded, is_read_as_pairs
from tests.channeltest.upgrade.projects import module

HEAD = "from urllib.parse import parse_qs\nfrom django.http import QueryDict\n"


def read(text):
    """The function, the node ``HERE`` and the node around it."""
    found = module("m", f"{HEAD}def f(message):\n    {text}\n")
    [node] = found.references("HERE")
    return found, found.definitions["f"], node, next(found.around(node))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HERE.decode()", ""),
        ("parse_qs(HERE)", ".decode()"),
        ("parse_qs(HERE)[b'a']", ""),
        ("QueryDict(HERE)", ""),
        ("HERE.split('=')", ".decode()"),
        ("HERE.split(sep)", None),
        ("HERE.strip()", None),
        ("'a=' in HERE", ".decode()"),
        ("HERE == other", None),
        ("q = HERE; parse_qs(q)", ".decode()"),
        ("q = HERE; parse_qs(q.decode())", ""),
        ("q = HERE; x = q.split('&') if 'a' in q else []", ".decode()"),
        ("q = HERE; parse_qs(q); QueryDict(q)", None),
        ("q = HERE; q = ''; parse_qs(q)", None),
        ("q = HERE; q = q.decode() if isinstance(q, bytes) else q", ""),
        ("q = HERE; q = q.decode() if isinstance(q, six.binary_type) else q", ""),
        ("q = HERE; q = q.decode() if hasattr(q, 'decode') else q", ""),
        ("q = HERE; q = '' if isinstance(q, list) else q", None),
        ("q = r = HERE", None),
        ("self.q = HERE", None),
        ("keep(HERE)", None),
    ],
)
def test_query_strings(text, expected):
    assert decoding_of(*read(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dict(HERE)", True),
        ("[a for a, b in HERE]", True),
        ("[a for a in HERE]", False),
        ("for a, b in HERE: pass", True),
        ("HERE[0]", False),
        ("keep(HERE)", False),
    ],
)
def test_headers(text, expected):
    _, _, node, parent = read(text)
    assert isinstance(node, ast.expr)
    assert is_read_as_pairs(node, parent) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("for a, b in HERE: print(b.decode())", True),
        ("[a.decode() for a, b in HERE]", True),
        ("for a, b in HERE: print(b)", False),
        ("dict(HERE)", False),
    ],
)
def test_headers_that_are_decoded(text, expected):
    _, function, _, parent = read(text)
    assert is_decoded(function, parent) is expected
