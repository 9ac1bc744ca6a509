"""Finds what today's Django asks for first, and names the fixers of django-upgrade that do it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .tokens import Source, Token, outside_strings

# Imported names, or modules, each with the fixer of django-upgrade.
_FIXERS = {
    "django.conf.urls.url": "django_urls",
    "django.conf.urls.include": "django_urls",
    "django.core.urlresolvers": "compatibility_imports",
    "django.utils.encoding.force_text": "utils_encoding",
    "django.utils.encoding.smart_text": "utils_encoding",
    "django.utils.http.urlquote": "utils_http",
    "django.utils.http.urlunquote": "utils_http",
    "django.utils.http.urlencode": "utils_http",
    "django.utils.http.is_safe_url": "utils_http",
    "django.utils.text.unescape_entities": "utils_text",
    "django.utils.translation.ugettext": "utils_translation",
    "django.utils.translation.ugettext_lazy": "utils_translation",
    "django.utils.translation.ugettext_noop": "utils_translation",
    "django.utils.translation.ungettext": "utils_translation",
    "django.utils.translation.ungettext_lazy": "utils_translation",
    "django.utils.timezone.FixedOffset": "timezone_fixedoffset",
    "django.shortcuts.render_to_response": "render_to_response",
    "django.db.models.permalink": "permalink",
    "django.contrib.postgres.fields.FloatRangeField": "postgres_float_range_field",
    "django.utils.crypto.get_random_string": "crypto_get_random_string",
}
# Imported names, or modules, that no fixer changes, each with what they become.
_BY_HAND = {
    "django.utils.six": "use Python 3 itself",
    "django.utils.lru_cache": "use functools.lru_cache",
    "django.utils.decorators.available_attrs": "functools.wraps does without it",
    "django.utils.encoding.python_2_unicode_compatible": "Python 3 does without it",
    "django.contrib.auth.views.login": "use LoginView",
    "django.contrib.auth.views.logout": "use LogoutView",
    "django.contrib.auth.views.password_change": "use PasswordChangeView",
    "django.contrib.auth.views.password_reset": "use PasswordResetView",
    "django.contrib.staticfiles.templatetags.staticfiles": "use django.templatetags.static",
    "django.contrib.postgres.fields.JSONField": "use models.JSONField",
}
# What a file has to mention for such an import: the module and the name.
_IMPORTED = [name.rpartition(".") for name in (*_FIXERS, *_BY_HAND)]
_END = Token("newline", "", 0)
_RELATIONS = {"ForeignKey", "OneToOneField"}
# Words that may be of interest wherever they stand.
_WORDS = re.compile(
    r"ForeignKey|OneToOneField|MIDDLEWARE_CLASSES|providing_args|default_app_config"
    r"|is_authenticated\(|is_anonymous\(|NullBooleanField|assignment_tag|label\s*="
)
_NAMES = outside_strings(
    r"\b(?:ForeignKey|OneToOneField|MIDDLEWARE_CLASSES|providing_args|default_app_config"
    r"|is_authenticated|is_anonymous|NullBooleanField|assignment_tag|label)\b"
)


def find(source: Source) -> Iterator[tuple[int, str, str]]:
    """Yield what Django has changed since 1.11: offset, code and a text.

    Args:
        source: A file.
    """
    text = source.text
    if any(home in text and name in text for home, _, name in _IMPORTED):
        yield from _find_imports(source)
    if _WORDS.search(text):
        yield from _find_names(source)


def _find_imports(source: Source) -> Iterator[tuple[int, str, str]]:
    for each in source.imports:
        for name, fixer in _FIXERS.items():
            if _is_in(each.name, name) and (name != "django.conf.urls.include" or _has_url(source)):
                yield each.start, "CT401", f"{each.name}: fixer {fixer}"
        for name, becomes in _BY_HAND.items():
            if _is_in(each.name, name):
                yield each.start, "CT402", f"{each.name}: {becomes}"


def _is_in(name: str, known: str) -> bool:
    return name == known or name.startswith(known + ".")


def _has_url(source: Source) -> bool:
    return any(each.name == "django.conf.urls.url" for each in source.imports)


def _find_names(source: Source) -> Iterator[tuple[int, str, str]]:
    text = source.text
    for match in _NAMES.finditer(text):
        name = match["found"]
        if name is None:
            continue
        start = match.start()
        following = next(source.tokens_from(match.end()), _END)
        before = (
            text[max(start - 100, 0) : start].rstrip()[-1:]
            if name.startswith(("is_", "assign"))
            else ""
        )
        if name in _RELATIONS:
            is_call = following.text == "(" and text[max(start - 6, 0) : start] != "class "
            if is_call and "on_delete" not in _arguments(source, following.start):
                yield start, "CT401", f"{name} without on_delete: fixer on_delete"
        elif name == "MIDDLEWARE_CLASSES" and following.text in ("=", "+"):
            yield start, "CT402", "MIDDLEWARE_CLASSES: MIDDLEWARE, with new-style middleware"
        elif name == "providing_args" and following.text == "=":
            yield start, "CT401", "providing_args: fixer signal_providing_args"
        elif name == "default_app_config" and following.text == "=":
            yield start, "CT401", "default_app_config: fixer default_app_config"
        elif name in ("is_authenticated", "is_anonymous") and before + following.text == ".(":
            yield start, "CT401", f"{name}(): fixer request_user_attributes"
        elif name == "NullBooleanField" and following.text == "(":
            yield start, "CT401", "NullBooleanField: fixer null_boolean_field"
        elif name == "assignment_tag" and before == ".":
            yield start, "CT402", "assignment_tag: use simple_tag"
        elif name == "label" and following.text == "=":
            value = next(source.tokens_from(following.start + 1), _END)
            if value.kind == "string" and "." in value.value and "AppConfig" in text:
                yield start, "CT402", "an app's label is an identifier now"


def _arguments(source: Source, start: int) -> set[str]:
    """The names between the bracket at an offset and the one that closes it."""
    depth, found = 0, set()
    for token in source.tokens_from(start):
        depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "operator" else 0
        if depth == 0:
            break
        found.add(token.text)
    return found
