from __future__ import annotations

import importlib.metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from channeltest.check.requirements import LOWEST, find, is_requirements


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


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("channels==1.1.8", "channels==1.1.8: 4.2.1 or newer"),
        ("channels<2", "channels<2: 4.2.1 or newer"),
        ("Channels[x]>=1.0,<2.0  # old", "Channels>=1.0,<2.0: 4.2.1 or newer"),
        ("Django~=1.11", "Django~=1.11: 4.2 or newer"),
        ("asgi_redis==1.4.3", "asgi_redis: use channels_redis"),
        ("asgi-rabbitmq", "asgi-rabbitmq: use channels_redis"),
        ("channels<=1.1.8", "channels<=1.1.8: 4.2.1 or newer"),
        ("channels<2.0.0", "channels<2.0.0: 4.2.1 or newer"),
        ("channels<4.2", "channels<4.2: 4.2.1 or newer"),
        ("channels==1.*", "channels==1.*: 4.2.1 or newer"),
        ("redis==2.10.6", "redis==2.10.6: 4.6 or newer"),
        ("Twisted==17.1.0", "Twisted==17.1.0: 22.4 or newer"),
        ("psycopg2-binary~=2.7.3", "psycopg2-binary~=2.7.3: 2.8.4 or newer"),
        ("channels>=1.1", None),
        ("channels!=1.1", None),
        ("channels<4.3", None),
        ("channels==4.*", None),
        ("channels~=4.0", None),
        ("msgpack==1", None),
        ("channels==4.2.2", None),
        ("channels", None),
        ("channels-redis==4.2", None),
        ("-r base.txt", None),
        ("# channels==1.1.8", None),
    ],
)
def test_requirements(line, found):
    texts = [text for _, _, text in find(f"x==1\n{line}\n")]
    assert texts == ([found] if found else [])


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        (
            "setup.py",
            'setup(install_requires=["channels>=1.1,<2", "six", "asgi_redis"],\n'
            '    classifiers=["Framework :: Django :: 1.11"])',
            ["channels>=1.1,<2: 4.2.1 or newer", "asgi_redis: use channels_redis"],
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
            ["channels^1.1: 4.2.1 or newer", "asgiref~1.1: 3.9.1 or newer"],
        ),
        (
            "Pipfile",
            '[packages]\nchannels = "==1.1.8"\n"asgi_redis" = "*"\ndaphne = {version = "1.4.2"}\n',
            [
                "channels==1.1.8: 4.2.1 or newer",
                "asgi_redis: use channels_redis",
                "daphne 1.4.2: 4 or newer",
            ],
        ),
    ],
)
def test_other_files_with_requirements(name, text, found):
    assert [each for _, _, each in find(text, name)] == found


@pytest.mark.parametrize(
    ("package", "name"),
    [
        ("channeltest", "asgiref"),
        ("channeltest", "channels"),
        ("channeltest", "channels-redis"),
        ("channeltest", "django"),
        ("channeltest", "msgpack"),
        ("channels-redis", "redis"),
        ("daphne", "autobahn"),
        ("daphne", "twisted"),
    ],
)
def test_the_lowest_are_those_that_packages_ask_for(package, name):
    asked = map(Requirement, importlib.metadata.requires(package) or [])
    [bounds] = {each.specifier for each in asked if canonicalize_name(each.name) == name}
    [lowest] = [Version(each.version) for each in bounds if each.operator == ">="]
    assert Version(".".join(map(str, LOWEST[name]))) == lowest
