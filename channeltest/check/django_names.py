"""Names of Django 1.8 to 1.11 that today's Django has moved or does not have any more."""

from __future__ import annotations

_URLS = "django.core.urlresolvers"
_STATIC = "django.contrib.staticfiles.templatetags.staticfiles"
_VIEWS = "django.contrib.auth.views"


def _each(home: str, names: str, value: str) -> dict[str, str]:
    return dict.fromkeys((f"{home}.{name}" for name in names.split()), value)


# Names, each with the fixer of django-upgrade that changes ``from home import name``.
FIXED: dict[str, str] = {
    "django.conf.urls.url": "django_urls",
    "django.conf.urls.include": "django_urls",
    "django.contrib.admin.ACTION_CHECKBOX_NAME": "compatibility_imports",
    "django.contrib.postgres.fields.FloatRangeField": "postgres_float_range_field",
    "django.contrib.postgres.fields.JSONField": "compatibility_imports",
    "django.contrib.postgres.forms.JSONField": "compatibility_imports",
    "django.core.paginator.QuerySetPaginator": "queryset_paginator",
    "django.db.models.fields.FieldDoesNotExist": "compatibility_imports",
    "django.db.models.permalink": "permalink",
    "django.db.models.query.EmptyResultSet": "compatibility_imports",
    "django.db.models.sql.EmptyResultSet": "compatibility_imports",
    "django.db.models.sql.datastructures.EmptyResultSet": "compatibility_imports",
    "django.forms.extras.SelectDateWidget": "compatibility_imports",
    "django.forms.forms.BoundField": "compatibility_imports",
    "django.forms.forms.pretty_name": "compatibility_imports",
    "django.shortcuts.render_to_response": "render_to_response",
    "django.template.base.Context": "compatibility_imports",
    "django.template.base.RequestContext": "compatibility_imports",
    "django.test.runner.setup_databases": "compatibility_imports",
    "django.utils.decorators.ContextDecorator": "compatibility_imports",
    "django.utils.text.unescape_entities": "utils_text",
    "django.utils.functional.lru_cache": "compatibility_imports",
    "django.utils.timezone.FixedOffset": "timezone_fixedoffset",
    "django.utils.timezone.utc": "utils_timezone",
    **_each("django.utils.encoding", "force_text smart_text", "utils_encoding"),
    **_each(
        "django.utils.http",
        "is_safe_url urlquote urlquote_plus urlunquote urlunquote_plus",
        "utils_http",
    ),
    **_each(
        "django.utils.translation",
        "ugettext ugettext_lazy ugettext_noop ungettext ungettext_lazy",
        "utils_translation",
    ),
}

# Modules, each with the fixer that changes what is imported from them.
FIXED_MODULES: dict[str, str] = {
    _STATIC: "compatibility_imports",
    _URLS: "compatibility_imports",
}

# Names, each with the fixer that changes them where they are attributes: ``timezone.utc``.
FIXED_ATTRIBUTES: dict[str, str] = {
    "django.db.models.permalink": "permalink",
    "django.utils.timezone.utc": "utils_timezone",
}

# Names, each with the fixer that changes them in strings.
FIXED_STRINGS: dict[str, str] = {
    "django.db.backends.postgresql_psycopg2": "settings_database_postgresql",
}

# Names and modules that no fixer changes, or only in other places; each with what to do.
BY_HAND: dict[str, str] = {
    "django.conf.urls.patterns": "urlpatterns is a list",
    "django.contrib.admin.templatetags.admin_static": "use django.templatetags.static",
    "django.contrib.auth.hashers.SHA1PasswordHasher": "use another hasher",
    "django.contrib.auth.hashers.UnsaltedSHA1PasswordHasher": "use another hasher",
    "django.contrib.auth.hashers.UnsaltedMD5PasswordHasher": "use MD5PasswordHasher, in tests",
    "django.contrib.auth.hashers.CryptPasswordHasher": "use another hasher",
    "django.contrib.auth.middleware.SessionAuthenticationMiddleware": (
        "leave it out: AuthenticationMiddleware does it"
    ),
    f"{_VIEWS}.login": "use LoginView",
    f"{_VIEWS}.logout": "use LogoutView",
    f"{_VIEWS}.password_change": "use PasswordChangeView",
    f"{_VIEWS}.password_change_done": "use PasswordChangeDoneView",
    f"{_VIEWS}.password_reset": "use PasswordResetView",
    f"{_VIEWS}.password_reset_done": "use PasswordResetDoneView",
    f"{_VIEWS}.password_reset_confirm": "use PasswordResetConfirmView",
    f"{_VIEWS}.password_reset_complete": "use PasswordResetCompleteView",
    "django.contrib.sessions.serializers.PickleSerializer": "use JSONSerializer",
    "django.contrib.sitemaps.ping_google": "search engines take no pings any more",
    "django.contrib.staticfiles.storage.CachedFilesMixin": "use ManifestFilesMixin",
    "django.contrib.staticfiles.storage.CachedStaticFilesStorage": (
        "use ManifestStaticFilesStorage"
    ),
    _STATIC: "use django.templatetags.static",
    "django.core.cache.backends.memcached.MemcachedCache": "use PyMemcacheCache",
    "django.core.files.storage.get_storage_class": "use django.core.files.storage.storages",
    "django.core.management.base.NoArgsCommand": "use BaseCommand",
    _URLS: "use django.urls",
    "django.db.models.FieldDoesNotExist": "use django.core.exceptions",
    "django.db.models.query.InvalidQuery": "use FieldError and FieldDoesNotExist",
    "django.db.models.query_utils.InvalidQuery": "use FieldError and FieldDoesNotExist",
    "django.forms.extras.widgets": "use django.forms.SelectDateWidget",
    **_each(
        "django.template.base", "TOKEN_BLOCK TOKEN_COMMENT TOKEN_TEXT TOKEN_VAR", "use TokenType"
    ),
    "django.template.loader.LoaderOrigin": "use django.template.Origin",
    "django.template.loaders.eggs": "use app_directories",
    "django.test.mock": "use unittest.mock",
    "django.test.utils.patch_logger": "use assertLogs",
    "django.test.utils.str_prefix": "Python 3 does without it",
    "django.utils._os.npath": "Python 3 does without it",
    "django.utils._os.upath": "Python 3 does without it",
    "django.utils.baseconv": "nothing replaces it",
    "django.utils.datetime_safe": "use datetime",
    "django.utils.decorators.available_attrs": "functools.wraps does without it",
    "django.utils.decorators.classproperty": "use django.utils.functional.classproperty",
    "django.utils.deprecation.CallableBool": "use bool",
    "django.utils.deprecation.RemovedInDjango20Warning": "that version is out",
    "django.utils.deprecation.RemovedInDjango21Warning": "that version is out",
    "django.utils.encoding.python_2_unicode_compatible": "Python 3 does without it",
    "django.utils.functional.allow_lazy": "use keep_lazy",
    "django.utils.functional.curry": "use functools.partial",
    "django.utils.glob": "use glob.escape",
    "django.utils.html_parser": "use html.parser",
    "django.utils.http.cookie_date": "use http_date",
    "django.utils.http.limited_parse_qsl": "use urllib.parse.parse_qsl",
    "django.utils.inspect.getargspec": "use inspect.getfullargspec",
    "django.utils.itercompat": "use collections.abc.Iterable",
    "django.utils.lru_cache": "use functools.lru_cache",
    **_each("django.utils.safestring", "EscapeBytes EscapeText SafeBytes", "use SafeString"),
    "django.utils.safestring.mark_for_escaping": "use django.utils.html.conditional_escape",
    "django.utils.six": "use Python 3 itself",
    "django.utils.synch": "use threading",
    "django.utils.translation.LANGUAGE_SESSION_KEY": "the language is in a cookie",
    "django.utils.translation.string_concat": "use django.utils.text.format_lazy",
    "django.views.debug.cleanse_setting": "use SafeExceptionReporterFilter",
    "django.views.debug.get_safe_settings": "use SafeExceptionReporterFilter",
    "django.views.i18n.javascript_catalog": "use JavaScriptCatalog",
    "django.views.i18n.json_catalog": "use JSONCatalog",
    **{
        f"{home}.{name}": f"use {new}"
        for home in ("django.conf.urls", "django.urls", "django.urls.resolvers", _URLS)
        for name, new in (
            ("LocaleRegexURLResolver", "URLResolver with LocalePrefixPattern"),
            ("RegexURLPattern", "URLPattern"),
            ("RegexURLResolver", "URLResolver"),
        )
    },
}
