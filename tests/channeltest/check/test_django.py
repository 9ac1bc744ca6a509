from __future__ import annotations

import pytest

from channeltest.check.django import find
from channeltest.check.tokens import Source


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("from django.conf.urls import url", "CT401", "fixer django_urls"),
        ("from django.core.urlresolvers import reverse", "CT401", "fixer compatibility_imports"),
        (
            "from django.utils.translation import ugettext_lazy as _",
            "CT401",
            "fixer utils_translation",
        ),
        ("from django.utils import six", "CT402", "django.utils.six"),
        ("from django.utils.six.moves import urllib", "CT402", "django.utils.six"),
        ("from django.contrib.auth.views import login", "CT402", "LoginView"),
        ("x = models.ForeignKey(User, null=True)", "CT401", "fixer on_delete"),
        ("MIDDLEWARE_CLASSES = []", "CT402", "MIDDLEWARE"),
        ("s = Signal(providing_args=['a'])", "CT401", "fixer signal_providing_args"),
        ("default_app_config = 'x'", "CT401", "fixer default_app_config"),
        ("if user.is_authenticated():\n    pass", "CT401", "fixer request_user_attributes"),
        ("x = models.NullBooleanField()", "CT401", "fixer null_boolean_field"),
        ("@register.assignment_tag\ndef f(): pass", "CT402", "simple_tag"),
        ("class A(AppConfig):\n    label = 'a.b'", "CT402", "identifier"),
    ],
)
def test_found(text, code, word):
    [(_, found, message)] = find(Source(text))
    assert found == code and word in message


@pytest.mark.parametrize(
    "text",
    [
        "from django.conf.urls import include",
        "x = models.ForeignKey(User, on_delete=models.CASCADE)",
        "x = models.ForeignKey(User, default=f(1),\n    on_delete=models.CASCADE)",
        "class ForeignKey(Field): pass  # django",
        "if user.is_authenticated: pass",
        "MIDDLEWARE = []",
        "label = 'a.b'",
        "from django.urls import path",
    ],
)
def test_not_found(text):
    assert [*find(Source(text))] == []
