from __future__ import annotations

from pathlib import Path

import pytest

from channeltest.check.templates import find, is_template


def test_templates():
    assert is_template(Path("app/templates/a.html")) and not is_template(Path("app/a.html"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{% load i18n %}{% load staticfiles %}", "staticfiles: {% load static %}"),
        ("{%load x admin_static%}", "admin_static: {% load static %}"),
        ("{% load url from future %}", "future: no library"),
        ("{% ifequal a b %}{% endifequal %}", "ifequal: {% if a == b %}"),
        ("{%- ifnotequal a b %}", "ifnotequal: {% if a != b %}"),
        ("{% if a|length_is:3 %}", "length_is: length, and =="),
    ],
)
def test_gone_from_templates(text, found):
    [(_, code, message)] = find(text)
    assert (code, message) == ("CT403", found)


@pytest.mark.parametrize(
    "text", ["{% load static %}", "{% if a == b %}", "{{ a|length }}", "ifequal"]
)
def test_templates_of_today(text):
    assert [*find(text)] == []
