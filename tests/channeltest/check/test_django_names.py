"""The names are compared with Django and with django-upgrade themselves."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Iterable

import django
import pytest
from django_upgrade.main import main

from channeltest.check.django_names import (
    BY_HAND,
    FIXED,
    FIXED_ATTRIBUTES,
    FIXED_MODULES,
    FIXED_STRINGS,
)

# What some fixers look for, beside an import.
USES = {
    "django.conf.urls.include": "from django.conf.urls import url\nurl(r'^$', include('a'))",
    "django.conf.urls.url": "url(r'^$', a)",
    "django.contrib.postgres.fields.FloatRangeField": "FloatRangeField()",
    "django.core.paginator.QuerySetPaginator": "QuerySetPaginator(a, 1)",
    "django.db.models.permalink": (
        "class A:\n    @permalink\n    def get_absolute_url(self):\n        return ('a', ())"
    ),
    "django.shortcuts.render_to_response": (
        "def a(request):\n    return render_to_response('a.html', {})"
    ),
    "django.utils.text.unescape_entities": "unescape_entities('a')",
    "django.utils.timezone.FixedOffset": "FixedOffset(60, 'a')",
}
# In versions that are supported, and not in the newest.
GONE_SINCE = {
    "django.contrib.auth.hashers.CryptPasswordHasher": (5, 0),
    "django.contrib.auth.hashers.SHA1PasswordHasher": (5, 1),
    "django.contrib.auth.hashers.UnsaltedMD5PasswordHasher": (5, 1),
    "django.contrib.auth.hashers.UnsaltedSHA1PasswordHasher": (5, 1),
    "django.contrib.sessions.serializers.PickleSerializer": (5, 0),
    "django.contrib.sitemaps.ping_google": (5, 0),
    "django.core.files.storage.get_storage_class": (5, 1),
    "django.utils.baseconv": (5, 0),
    "django.utils.datetime_safe": (5, 0),
    "django.utils.itercompat": (6, 0),
}


def rewritten(folder, texts: Iterable[str], name: str = "a{}.py") -> list[str]:
    """What django-upgrade makes of files, one of each text."""
    paths = [folder / name.format(number) for number, _ in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text)
    main(["--target-version", "6.0", "--exit-zero-even-if-changed", *map(str, paths)])
    return [path.read_text() for path in paths]


def importing(name: str) -> str:
    home, _, last = name.rpartition(".")
    return f"from {home} import {last}\n{USES.get(name, last)}\n"


def exists(name: str) -> bool:
    home, _, last = name.rpartition(".")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = importlib.import_module(home)
            return hasattr(module, last) or bool(importlib.import_module(name))
    except ImportError:
        return False


def test_fixers_change_what_is_imported(tmp_path):
    names = [*FIXED, *(f"{each}.reverse" for each in FIXED_MODULES if each.endswith("resolvers"))]
    names += [f"{each}.static" for each in FIXED_MODULES if each.endswith("staticfiles")]
    texts = [importing(each) for each in names]
    after = rewritten(tmp_path, texts)
    assert [name for name, old, new in zip(names, texts, after, strict=True) if old == new] == []


def test_fixers_are_named_as_their_modules():
    fixers = {*FIXED.values(), *FIXED_MODULES.values()}
    for fixer in fixers | {*FIXED_ATTRIBUTES.values(), *FIXED_STRINGS.values()}:
        assert importlib.import_module(f"django_upgrade.fixers.{fixer}")


def test_no_fixer_changes_the_others(tmp_path):
    texts = [importing(each) for each in BY_HAND]
    assert rewritten(tmp_path, texts) == texts


def test_fixers_change_attributes(tmp_path):
    texts = [
        "from django.db import models\n"
        "class A:\n"
        "    @models.permalink\n"
        "    def get_absolute_url(self):\n"
        "        return ('a', ())\n",
        "from django.utils import timezone\na = timezone.utc\n",
    ]
    assert len(texts) == len(FIXED_ATTRIBUTES)
    after = rewritten(tmp_path, texts)
    assert all(old != new for old, new in zip(texts, after, strict=True))


def test_fixers_change_strings(tmp_path):
    texts = [f"DATABASES = {{'default': {{'ENGINE': '{each}'}}}}\n" for each in FIXED_STRINGS]
    assert texts != rewritten(tmp_path, texts, "settings_{}.py")


@pytest.mark.parametrize("name", BY_HAND)
def test_they_are_gone(name):
    gone = GONE_SINCE.get(name, (4, 2))
    assert exists(name) == (gone > django.VERSION)
