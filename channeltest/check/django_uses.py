"""Finds calls, attributes and settings that Django does not take any more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from .tokens import Source, Token, outside_strings

Place = tuple[int, str, str]
# Code and text of what is found at an offset; ``None`` if it is none of it.
_Found = tuple[str, str] | None

_END = Token("newline", "", 0)
# Settings that nothing reads any more, each with what is read instead; some have a fixer.
_SETTINGS = {
    "DEFAULT_CONTENT_TYPE": ("CT402", "it is text/html"),
    "DEFAULT_FILE_STORAGE": ("CT401", "fixer settings_storages"),
    "FILE_CHARSET": ("CT402", "files are UTF-8"),
    "MIDDLEWARE_CLASSES": ("CT402", "MIDDLEWARE, with new-style middleware"),
    "PASSWORD_RESET_TIMEOUT_DAYS": ("CT401", "fixer password_reset_timeout_days"),
    "STATICFILES_STORAGE": ("CT401", "fixer settings_storages"),
    "TEMPLATE_CONTEXT_PROCESSORS": ("CT402", "TEMPLATES has it"),
    "TEMPLATE_DEBUG": ("CT402", "TEMPLATES has it"),
    "TEMPLATE_DIRS": ("CT402", "TEMPLATES has it"),
    "TEMPLATE_LOADERS": ("CT402", "TEMPLATES has it"),
    "USE_ETAGS": ("CT402", "use ConditionalGetMiddleware"),
}


def find(source: Source) -> Iterator[Place]:
    """Yield what Django has changed since 1.11: offset, code and a text.

    Args:
        source: A file.
    """
    if not _WORDS.search(source.text):
        return
    for match in _NAMES.finditer(source.text):
        name = match["found"]
        if name is not None:
            found = _FINDERS.get(name, _setting)(source, match.start(), match.end())
            if found is not None:
                code, text = found
                yield match.start(), code, f"{name}{text}"


def _following(source: Source, end: int) -> str:
    return next(source.tokens_from(end), _END).text


def _before(source: Source, start: int) -> str:
    return source.text[max(start - 100, 0) : start].rstrip()


def _setting(source: Source, start: int, end: int) -> _Found:
    line = source.text.rfind("\n", 0, start) + 1
    if start != line or _following(source, end) not in ("=", "+"):
        return None
    name = source.text[start:end]
    code, text = _SETTINGS[name]
    return code, f": {text}"


def _relation(source: Source, start: int, end: int) -> _Found:
    if _before(source, start).endswith("class") or _following(source, end) != "(":
        return None
    arguments = _arguments(source, end)
    if len(arguments) > 1 and all(each[1:2] != ["="] for each in arguments[:2]):
        return None
    if any(each[:2] == ["on_delete", "="] or each[:1] == ["*"] for each in arguments):
        return None
    return "CT401", " without on_delete: fixer on_delete"


def _user(source: Source, start: int, end: int) -> _Found:
    before = _before(source, start)
    if not before.endswith(".") or _following(source, end) != "(":
        return None
    # The fixer knows users by this spelling.
    if re.search(r"(?<![\w.])(?:self\.)?request\.user\.$", before):
        return "CT401", "(): fixer request_user_attributes"
    return "CT402", "(): an attribute, no method"


def _is_ajax(source: Source, start: int, end: int) -> _Found:
    if not _before(source, start).endswith("request.") or _following(source, end) != "(":
        return None
    return "CT402", "(): compare the header X-Requested-With"


def _random_string(source: Source, start: int, end: int) -> _Found:
    is_call = _following(source, end) == "(" and not _arguments(source, end)
    return ("CT401", "() without a length: fixer crypto_get_random_string") if is_call else None


def _admin_urls(source: Source, start: int, end: int) -> _Found:
    if not re.search(r"\binclude\s*\(\s*(?:\w+\.)*$", _before(source, start)):
        return None
    return "CT402", ": path() takes it without include()"


def _form_error(source: Source, start: int, end: int) -> _Found:
    arguments = _arguments(source, end) if _following(source, end) == "(" else []
    # The second argument was the name of the form.
    if len(arguments) < 2 or arguments[1][0][:1] not in ("'", '"'):
        return None
    return "CT401", " with a response: fixer assert_form_error"


def _method(text: str) -> Callable[[Source, int, int], _Found]:
    def found(source: Source, start: int, end: int) -> _Found:
        return ("CT401", text) if _following(source, end) == "(" else None

    return found


def _keyword(text: str) -> Callable[[Source, int, int], _Found]:
    def found(source: Source, start: int, end: int) -> _Found:
        return ("CT401", text) if _following(source, end) == "=" else None

    return found


def _null_boolean(source: Source, start: int, end: int) -> _Found:
    # Migrations may keep what they have been made with.
    if _following(source, end) != "(" or "migrations.Migration" in source.text:
        return None
    return "CT401", ": fixer null_boolean_field"


def _index_together(source: Source, start: int, end: int) -> _Found:
    if _following(source, end) != "=" or "migrations.Migration" in source.text:
        return None
    return "CT401", ": fixer index_together"


def _assignment_tag(source: Source, start: int, end: int) -> _Found:
    return ("CT402", ": use simple_tag") if _before(source, start).endswith(".") else None


def _label(source: Source, start: int, end: int) -> _Found:
    if _following(source, end) != "=" or "AppConfig" not in source.text:
        return None
    value = next(source.tokens_from(source.text.index("=", end) + 1), _END)
    is_dotted = value.kind == "string" and "." in value.value
    return ("CT402", ": an app's label is an identifier now") if is_dotted else None


_FINDERS: dict[str, Callable[[Source, int, int], _Found]] = {
    "ForeignKey": _relation,
    "OneToOneField": _relation,
    "NullBooleanField": _null_boolean,
    "allow_database_queries": _keyword(": fixer testcase_databases"),
    "assertFormError": _form_error,
    "assertFormsetError": _method("(): fixer assert_set_methods"),
    "assertQuerysetEqual": _method("(): fixer assert_set_methods"),
    "assignment_tag": _assignment_tag,
    "default_app_config": _keyword(": fixer default_app_config"),
    "get_random_string": _random_string,
    "index_together": _index_together,
    "is_ajax": _is_ajax,
    "is_anonymous": _user,
    "is_authenticated": _user,
    "label": _label,
    "multi_db": _keyword(": fixer testcase_databases"),
    "providing_args": _keyword(": fixer signal_providing_args"),
    "site.urls": _admin_urls,
}
_EVERY = "|".join(re.escape(each) for each in (*_FINDERS, *_SETTINGS))
# Words that may be of interest wherever they stand.
_WORDS = re.compile(_EVERY)
_NAMES = outside_strings(rf"\b(?:{_EVERY})\b")


def _arguments(source: Source, end: int) -> list[list[str]]:
    """The tokens of each argument of the call whose bracket is behind an offset."""
    depth = 0
    found: list[list[str]] = [[]]
    for token in source.tokens_from(end):
        is_operator = token.kind == "operator"
        depth += (token.text in "([{") - (token.text in ")]}") if is_operator else 0
        if depth == 0:
            break
        if is_operator and token.text == "," and depth == 1:
            found.append([])
        elif not (is_operator and token.text == "(" and depth == 1 and found == [[]]):
            found[-1].append(token.text)
    return [each for each in found if each]
