from __future__ import annotations

import pytest

from channeltest.check.django import find
from channeltest.check.tokens import Source


def found(text):
    return [(code, message) for _, code, message in find(Source(text))]


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("from django.conf.urls import url", "CT401", "fixer django_urls"),
        ("from django.core.urlresolvers import reverse", "CT401", "fixer compatibility_imports"),
        ("import django.core.urlresolvers", "CT402", "use django.urls"),
        ("from django.core import urlresolvers", "CT402", "use django.urls"),
        ("from django.core.urlresolvers import RegexURLPattern", "CT402", "use URLPattern"),
        (
            "from django.utils.translation import ugettext_lazy as _",
            "CT401",
            "fixer utils_translation",
        ),
        ("from django.utils import six", "CT402", "django.utils.six"),
        ("from django.utils.six.moves import urllib", "CT402", "django.utils.six"),
        ("import django.utils.six", "CT402", "django.utils.six"),
        ("from django.contrib.auth.views import login", "CT402", "LoginView"),
        ("from django.contrib.postgres.fields import JSONField", "CT401", "compatibility_imports"),
    ],
)
def test_imports(text, code, word):
    [(kind, message)] = found(text)
    assert kind == code and word in message


def test_what_is_imported_together_with_another():
    both = "from django.conf.urls import include, url"
    assert [code for code, _ in found(both)] == ["CT401", "CT401"]
    assert found("from django.conf.urls import include") == []


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        (
            "from django.db import models\nmodels.permalink",
            "CT401",
            "models.permalink: fixer permalink",
        ),
        (
            "from django.contrib.auth import views as auth\nf(auth.login)",
            "CT402",
            "auth.login: use LoginView",
        ),
        (
            "import django.contrib.auth.views\nf(django.contrib.auth.views.login)",
            "CT402",
            "django.contrib.auth.views.login: use LoginView",
        ),
        (
            "from django.conf import urls\nurls.url(r'^$', f)",
            "CT402",
            "urls.url: fixer django_urls changes from django.conf.urls import url only",
        ),
    ],
)
def test_attributes_of_modules(text, code, message):
    assert found(text) == [(code, message)]


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        (
            "M = ['django.contrib.auth.middleware.SessionAuthenticationMiddleware']",
            "CT402",
            "leave it out",
        ),
        ('x = "django.db.backends.postgresql_psycopg2"', "CT401", "settings_database_postgresql"),
        ("patch('django.core.urlresolvers.reverse')", "CT402", "use django.urls"),
        ("'django.template.loaders.eggs.Loader'", "CT402", "app_directories"),
        ("patch('django.utils.encoding.force_text')", "CT402", "utils_encoding changes from"),
    ],
)
def test_strings(text, code, word):
    [(kind, message)] = found(text)
    assert kind == code and word in message


@pytest.mark.parametrize(
    "text",
    [
        "from django.urls import path",
        "import django.conf\nx = django.conf.settings",
        "from django.utils.http import urlencode",
        "# from django.utils import six",
        "from django.contrib.auth import views\nviews.login_required",
        "from django.contrib.auth import views\nother.views.login",
        "from django.contrib.auth import views\n# views.login",
        "x = 'django.conf.urls.include'",
        "x = 'django.utils.sixteen'",
        "from django.contrib.postgres.fields import JSONField\nclass M(migrations.Migration): pass",
    ],
)
def test_not_found(text):
    assert found(text) == []


def test_uses_are_found_too():
    assert [code for code, _ in found("x = models.NullBooleanField()")] == ["CT401"]
