from __future__ import annotations

import pytest
from django_upgrade.main import main

from channeltest.check.django_uses import find
from channeltest.check.tokens import Source

ADMIN = "from django.contrib import admin\n"
# Files that django-upgrade changes, by their names.
FIXED = [
    ("models.py", "x = models.ForeignKey(User, null=True)"),
    ("models.py", "x = models.ForeignKey('auth.User', related_name='x')"),
    ("models.py", "x = models.OneToOneField(to=User)"),
    ("models.py", "x = models.NullBooleanField()"),
    ("models.py", "class A(models.Model):\n    class Meta:\n        index_together = [('a', 'b')]"),
    ("signals.py", "s = Signal(providing_args=['a'])"),
    ("__init__.py", "default_app_config = 'x'"),
    ("views.py", "if request.user.is_authenticated():\n    pass"),
    ("views.py", "if self.request.user.is_anonymous():\n    pass"),
    ("views.py", "get_random_string()"),
    ("settings.py", "STATICFILES_STORAGE = 'a.B'"),
    ("settings.py", "DEFAULT_FILE_STORAGE = 'a.B'"),
    ("settings.py", "PASSWORD_RESET_TIMEOUT_DAYS = 4"),
    ("test_a.py", "class T(TestCase):\n    multi_db = True"),
    ("test_a.py", "class T(SimpleTestCase):\n    allow_database_queries = True"),
    ("test_a.py", "self.assertQuerysetEqual(a, b)"),
    ("test_a.py", "self.assertFormsetError(response.context['f'], 0, 'x', 'y')"),
    (
        "test_a.py",
        "def test(self):\n    response = self.client.get('/')\n"
        "    self.assertFormError(response, 'form', 'f', 'x')",
    ),
]
BY_HAND = [
    ("MIDDLEWARE_CLASSES = []", "MIDDLEWARE"),
    ("TEMPLATE_DIRS = []", "TEMPLATES has it"),
    ("TEMPLATE_DIRS += ['a']", "TEMPLATES has it"),
    ("if user.is_authenticated():\n    pass", "no method"),
    ("if message.user.is_authenticated():\n    pass", "no method"),
    ("if my_request.user.is_authenticated():\n    pass", "no method"),
    ("if request.is_ajax():\n    pass", "X-Requested-With"),
    ("url(r'^admin/', include(admin.site.urls))", "without include()"),
    ("url(r'^admin/', include(site.urls))", "without include()"),
    ("@register.assignment_tag\ndef f(): pass", "simple_tag"),
    ("class A(AppConfig):\n    label = 'a.b'", "identifier"),
]
IMPORTS = (
    "from django.contrib.auth.models import User\nfrom django.db import models\n"
    "from django.dispatch import Signal\nfrom django.test import SimpleTestCase, TestCase\n"
    "from django.utils.crypto import get_random_string\n"
)


@pytest.mark.parametrize(("name", "text"), FIXED)
def test_a_fixer_does_it(name, text, tmp_path):
    [(_, code, message)] = find(Source(text))
    assert code == "CT401"
    path = tmp_path / name
    path.write_text(before := f"{IMPORTS}{text}\n")
    fixer = message.rpartition("fixer ")[2]
    main(["--target-version", "6.0", "--only", fixer, "--exit-zero-even-if-changed", str(path)])
    assert path.read_text() != before


@pytest.mark.parametrize(("text", "word"), BY_HAND)
def test_no_fixer_does_it(text, word, tmp_path):
    [(_, code, message)] = find(Source(text))
    assert code == "CT402" and word in message
    path = tmp_path / "a.py"
    path.write_text(before := f"{IMPORTS}{ADMIN}{text}\n")
    main(["--target-version", "6.0", "--exit-zero-even-if-changed", str(path)])
    assert path.read_text() == before


@pytest.mark.parametrize(
    "text",
    [
        "x = models.ForeignKey(User, on_delete=models.CASCADE)",
        "x = models.ForeignKey(User, models.CASCADE, null=True)",
        "x = models.ForeignKey(User, default=f(1),\n    on_delete=models.CASCADE)",
        "x = models.ForeignKey(User, **options)",
        "x = models.ForeignKey(to=User, on_delete=f(a, b))",
        "class ForeignKey(Field): pass  # django",
        "isinstance(x, ForeignKey)",
        "class M(migrations.Migration):\n    x = models.NullBooleanField()",
        "class M(migrations.Migration):\n    x = A(index_together={('a', 'b')})",
        "if user.is_authenticated: pass",
        "def is_authenticated(): pass",
        "MIDDLEWARE = []",
        "x = MIDDLEWARE_CLASSES",
        "label = 'a.b'",
        "url(r'^admin/', admin.site.urls)",
        "get_random_string(12)",
        "get_random_string(length=12)",
        "from django.utils.crypto import get_random_string",
        "client.is_ajax()",
        "self.assertFormError(form, 'field', 'x')".replace("'field'", "field"),
        "# MIDDLEWARE_CLASSES = []",
        "'''\nMIDDLEWARE_CLASSES = []\n'''",
    ],
)
def test_not_found(text):
    assert [*find(Source(text))] == []
