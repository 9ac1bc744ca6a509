"""What is known of names that are not the project's: what neither waits nor reads a database."""

from __future__ import annotations

import collections
import datetime
import decimal
import logging
import re
import urllib.parse
import uuid

# Builtins that take data, and functions that work on it.
_BUILTINS = {
    *("abs", "all", "any", "ascii", "bin", "bool", "bytearray", "bytes", "callable", "chr"),
    *("complex", "dict", "divmod", "enumerate", "filter", "float", "format", "frozenset", "hash"),
    *("hex", "id", "int", "isinstance", "issubclass", "iter", "len", "list", "map", "max", "min"),
    *("next", "object", "oct", "ord", "pow", "print", "range", "repr", "reversed", "round", "set"),
    *("slice", "sorted", "str", "sum", "tuple", "type", "zip"),
}
BUILTIN_TYPES = {"bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"}

# Modules all of whose names are known, but for `_UNKNOWN`.
_MODULES = (
    *("base64", "binascii", "bisect", "calendar", "collections", "copy", "datetime", "decimal"),
    *("enum", "fractions", "functools", "heapq", "html", "itertools", "json", "math", "numbers"),
    *("operator", "random", "re", "secrets", "statistics", "string", "struct", "textwrap"),
    *("unicodedata", "urllib.parse", "uuid", "channels.exceptions"),
    *("django.utils.dateformat", "django.utils.dateparse", "django.utils.encoding"),
    *("django.utils.html", "django.utils.safestring", "django.utils.text"),
)
_UNKNOWN = {
    *("json.load", "json.dump", "functools.cached_property", "functools.singledispatch"),
    *("operator.attrgetter", "operator.methodcaller", "uuid.getnode", "uuid.uuid1"),
}
_NAMES = {
    *("contextlib.suppress", "hmac.compare_digest", "hmac.new"),
    *(f"hashlib.{name}" for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")),
    *(f"logging.{name.upper()}" for name in ("debug", "info", "warning", "error", "critical")),
    *(f"logging.{name}" for name in ("debug", "info", "warning", "warn", "error", "critical")),
    *("logging.exception", "logging.log", "logging.getLogger", "logging.getLevelName"),
    *("os.environ.get", "os.getenv", "os.path.basename", "os.path.dirname", "os.path.join"),
    *("os.path.splitext", "time.gmtime", "time.localtime", "time.mktime", "time.monotonic"),
    *("time.perf_counter", "time.strftime", "time.strptime", "time.time", "time.time_ns"),
    *("traceback.format_exc", "zlib.adler32", "zlib.crc32"),
    *("django.core.serializers.json.DjangoJSONEncoder", "django.utils.crypto.get_random_string"),
    *("django.utils.crypto.constant_time_compare", "django.utils.http.urlencode"),
    *(f"django.utils.timezone.{name}" for name in ("now", "localtime", "localdate", "utc")),
    *(f"django.utils.timezone.{name}" for name in ("make_aware", "make_naive", "is_aware")),
    *("django.utils.timezone.is_naive", "django.utils.timezone.get_current_timezone"),
}
_SETTINGS = "django.conf.settings."

# What consumers and routes of Channels itself are asked for.
LAYER_METHODS = {"group_add", "group_discard", "group_send", "send"}
GET_LAYER = "channels.layers.get_channel_layer"
SYNC = "asgiref.sync.async_to_sync"

# The types of what a message, JSON, and the modules above are made of.
_TYPES = (
    *(bool, bytearray, bytes, complex, dict, float, frozenset, int, list, memoryview, range, set),
    *(slice, str, tuple, BaseException, re.Match, re.Pattern, decimal.Decimal, uuid.UUID),
    *(datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.tzinfo),
    *(collections.Counter, collections.OrderedDict, collections.defaultdict, collections.deque),
    *(urllib.parse.ParseResult, urllib.parse.SplitResult),
)
_LOGGING = {"debug", "info", "warning", "warn", "error", "critical", "exception", "log"}
# Methods and attributes of data.
ATTRIBUTES = frozenset(
    name for each in _TYPES for name in dir(each) if not name.startswith("_")
) | {
    *_LOGGING,
    *(name for name in dir(logging.Logger) if name in ("isEnabledFor", "getEffectiveLevel")),
    *("hexdigest", "digest", "message", "code", "doc", "lineno", "colno", "reason"),
}
# Methods that change nothing.
READING = {
    *("get", "keys", "values", "items", "copy", "index", "count", "union", "intersection"),
    *("difference", "issubset", "issuperset", "isdisjoint", "format", "join", "split"),
}

# What was loaded with the user: fields of Django's own model, and what every model has.
USER_ATTRIBUTES = {"is_anonymous", "is_authenticated", "pk", "id"}
USER_FIELDS = {
    *("date_joined", "email", "first_name", "is_active", "is_staff", "is_superuser"),
    *("last_login", "last_name", "username"),
}
USER_METHODS = {"get_full_name", "get_short_name", "get_username"}

# Keys of a scope that are data; a session may be read from a database.
SCOPE_KEYS = {
    *("client", "cookies", "headers", "path", "path_remaining", "query_string", "raw_path"),
    *("root_path", "scheme", "server", "subprotocols", "type", "url_route", "http_version"),
}

_WEBSOCKET = "channels.generic.websocket."
_BASIC = {"dispatch", "send"}
_FRAMES = {
    *_BASIC,
    *("accept", "close", "connect", "disconnect", "receive"),
    *("websocket_connect", "websocket_disconnect", "websocket_receive"),
}
_JSON = {*_FRAMES, "decode_json", "encode_json", "receive_json", "send_json"}
# Today's sync consumers, each with its methods that an async one has to await.
BASES: dict[str, set[str]] = {
    "channels.consumer.SyncConsumer": _BASIC,
    f"{_WEBSOCKET}WebsocketConsumer": _FRAMES,
    f"{_WEBSOCKET}JsonWebsocketConsumer": _JSON,
}
ASYNC_BASES = {
    "channels.consumer.SyncConsumer": "AsyncConsumer",
    f"{_WEBSOCKET}WebsocketConsumer": "AsyncWebsocketConsumer",
    f"{_WEBSOCKET}JsonWebsocketConsumer": "AsyncJsonWebsocketConsumer",
}
# Attributes that today's consumers set themselves.
CONSUMER_DATA = {"channel_name", "channel_layer_alias", "groups"}


def is_builtin(name: str) -> bool:
    """Whether a builtin only works on what it is called with.

    Args:
        name: Its name.
    """
    return name in _BUILTINS


def is_known(name: str) -> bool:
    """Whether what has a dotted name neither waits nor reads a database when it is called.

    Args:
        name: The dotted name, such as ``"json.dumps"``.
    """
    if name in _NAMES:
        return True
    is_of_module = any(name.startswith(f"{each}.") for each in _MODULES)
    return is_of_module and name not in _UNKNOWN


def is_setting(name: str) -> bool:
    """Whether a dotted name is a setting of Django.

    Args:
        name: The dotted name.
    """
    return name.startswith(_SETTINGS) and "." not in name.removeprefix(_SETTINGS)
