from __future__ import annotations

from pathlib import Path

import pytest

from channeltest.check.others import (
    find_in_requirements,
    find_in_template,
    is_requirements,
    is_template,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("requirements.txt", True),
        ("requirements-dev.txt", True),
        ("requirements/base.txt", True),
        ("app/constraints.in", True),
        ("setup.py", True),
        ("setup.cfg", True),
        ("pyproject.toml", True),
        ("Pipfile", True),
        ("Pipfile.lock", False),
        ("notes.txt", False),
    ],
)
def test_requirements_files(name, expected):
    assert is_requirements(Path(name)) is expected


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
    [(_, code, message)] = find_in_template(text)
    assert (code, message) == ("CT403", found)


@pytest.mark.parametrize(
    "text", ["{% load static %}", "{% if a == b %}", "{{ a|length }}", "ifequal"]
)
def test_templates_of_today(text):
    assert [*find_in_template(text)] == []


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("channels==1.1.8", "channels==1.1.8: 4 or newer"),
        ("channels<2", "channels<2: 4 or newer"),
        ("Channels[x]>=1.0,<2.0  # old", "Channels>=1.0,<2.0: 4 or newer"),
        ("Django~=1.11", "Django~=1.11: 4.2 or newer"),
        ("asgi_redis==1.4.3", "asgi_redis: use channels_redis"),
        ("asgi-rabbitmq", "asgi-rabbitmq: use channels_redis"),
        ("channels>=1.1", None),
        ("channels==4.2.2", None),
        ("channels", None),
        ("channels-redis==4.2", None),
        ("-r base.txt", None),
        ("# channels==1.1.8", None),
    ],
)
def test_requirements(line, found):
    texts = [text for _, _, text in find_in_requirements(f"x==1\n{line}\n")]
    assert texts == ([found] if found else [])


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (
            "setup.py",
            'setup(install_requires=["channels>=1.1,<2", "six", "asgi_redis"],\n'
            '    classifiers=["Framework :: Django :: 1.11"])',
            ["channels>=1.1,<2: 4 or newer", "asgi_redis: use channels_redis"],
        ),
        ("setup.py", "setup(install_requires=['Django==1.11.29; python_version < \"3\"'])", []),
        ("setup.py", "INSTALLED_APPS = ['channels']", []),
        (
            "setup.cfg",
            "[options]\ninstall_requires =\n    daphne==1.4.2\n    channels>=4\n",
            ["daphne==1.4.2: 4 or newer"],
        ),
        (
            "pyproject.toml",
            '[project]\nname = "channels-app"\n'
            'dependencies = [\n  "django==1.11.*",\n  "asgiref"\n]\n',
            ["django==1.11.*: 4.2 or newer"],
        ),
        (
            "pyproject.toml",
            '[tool.poetry.dependencies]\nchannels = "^1.1"\nasgiref = { version = "~1.1" }\n'
            'django = "^4.2"\ndaphne = "*"\n',
            ["channels^1.1: 4 or newer", "asgiref~1.1: 3.9 or newer"],
        ),
        (
            "Pipfile",
            '[packages]\nchannels = "==1.1.8"\n"asgi_redis" = "*"\ndaphne = {version = "1.4.2"}\n',
            [
                "channels==1.1.8: 4 or newer",
                "asgi_redis: use channels_redis",
                "daphne 1.4.2: 4 or newer",
            ],
        ),
    ],
)
def test_other_files_with_requirements(name, text, found):
    assert [each for _, _, each in find_in_requirements(text, name)] == found
