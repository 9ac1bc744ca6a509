"""Hypothesis strategies that make the random programs of ``programs.py``."""

from __future__ import annotations

import functools
from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]

BAD = ["bad name", "", "x" * 100]
PLACES = ["alpha", "beta", "local!x", "local!y", "single?z", "@0", "@1", "@2"]
QUEUES = ["alpha", "beta", "local!", "single?z", "@0", "@1", "@2", "local!x"]
GROUPS = ["red", "blue", "values", "values-0", "room-one"]
SOCKETS = ["websocket.connect", "websocket.receive", "websocket.disconnect"]
PATHS = ["/", "/one/", "/two/", "/api/one/"]

places = st.sampled_from(PLACES * 12 + BAD)
groups = st.sampled_from(GROUPS * 15 + BAD)
numbers = st.integers(0, 2)
flags = st.booleans()
texts = st.sampled_from(
    ["hey", "", '{"a": 1}', "[1, 2]", "\u00a3", '{"stream": "stream", "payload": {"a": 1}}']
)
frames = st.sampled_from(
    [
        {"stream": "stream", "payload": {"a": 1}},
        {"stream": "values", "payload": {"action": "create", "data": {"name": "x", "value": 3}}},
        {"stream": "values", "payload": {"action": "update", "pk": 1, "data": {"value": 4}}},
        {"stream": "values", "payload": {"action": "delete", "pk": 1}},
        {"stream": "values", "payload": {"action": "explode"}},
        {"stream": "unknown", "payload": {}},
        {"stream": "stream", "payload": 1},
        {"payload": {}},
    ]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "a", "\u00a3"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["k", "v"]), inner, max_size=2)
    ),
    max_leaves=4,
)
contents = st.one_of(
    st.dictionaries(
        st.sampled_from(["value", "more", "text", "reply_channel_name"]), json_values, max_size=2
    ),
    st.fixed_dictionaries({"text": texts}),
    st.sampled_from(
        [{"reply_channel": "alpha"}, {"accept": True}, {"close": True}, "no dict", None, [1]]
    ),
)


def _step(name: str, *arguments: Strategy) -> Strategy:
    return st.tuples(st.just(name), *arguments).map(list)


# 1.1.8 reports a bad name when the consumer has ended, channeltest at once: only sends that are
# immediate have one.
shared_steps = [
    _step("send", st.sampled_from(PLACES), contents, flags),
    _step("send", st.sampled_from(BAD), contents, st.just(True)),
    _step("group_send", st.sampled_from(GROUPS), contents, flags),
    _step("group_send", st.sampled_from(BAD), contents, st.just(True)),
    _step("add", groups, places),
    _step("discard", groups, places),
    _step("save", st.sampled_from(["a", "b"]), st.integers(0, 3)),
    _step("delete", st.sampled_from(["a", "b"])),
]
consumer_steps = st.one_of(
    *shared_steps,
    _step("reply", contents),
    _step("text", texts),
    _step("count"),
    _step("count"),
    _step("http_count"),
    _step("user"),
    _step("raise", st.sampled_from(["deny", "later", "close", "value"])),
)
jobs = st.fixed_dictionaries(
    {"do": st.lists(consumer_steps, min_size=1, max_size=4)},
    optional={
        "value": json_values,
        "order": st.integers(0, 3),
        "text": texts,
        "reply_channel": st.just("websocket.send!r"),
    },
)
keywords = st.fixed_dictionaries(
    {}, optional={"text": st.one_of(texts, frames), "path": st.sampled_from([*PATHS, "/one/?a=1"])}
)
consuming_keywords = st.builds(
    lambda first, check: {**first, **check},
    keywords,
    st.sampled_from([{}, {}, {"check_accept": False}, {"fail_on_none": False}]),
)

FUNCTIONS = [
    "plain",
    "channel_session",
    "http_session",
    "both_sessions",
    "user",
    "user_from_http",
    "ordered",
    "ordered_session",
]
CLASSES = ["Echo", "StrictEcho", "SessionEcho", "UserEcho", "BothEcho", "Json", "Demultiplexer"]
filters = st.sampled_from([None] * 6 + [r"^/(?P<room>\w+)/$", r"^/one", r"^/$", r"/(?P<a>t)?"])
function_routes = st.fixed_dictionaries(
    {
        "channel": st.sampled_from(["alpha", "beta"] * 3 + SOCKETS * 3 + ["local!x"]),
        "consumer": st.sampled_from(FUNCTIONS),
        "path": filters,
    }
)
class_routes = st.fixed_dictionaries({"consumer": st.sampled_from(CLASSES), "path": filters})
one_route = st.one_of(function_routes, class_routes)
includes = st.fixed_dictionaries(
    {
        "include": st.lists(one_route, min_size=1, max_size=2),
        "path": st.sampled_from([None, "^/api", r"^/(?P<room>\w+)"]),
    }
)
routes = st.lists(st.one_of(one_route, one_route, includes), min_size=1, max_size=4)


def channels_of(specs: list[dict[str, Any]]) -> tuple[str, ...]:
    """The channels that a list of routes listens on."""
    found: list[str] = []
    for spec in specs:
        if "include" in spec:
            found += channels_of(spec["include"])
        else:
            found += [spec["channel"]] if "channel" in spec else SOCKETS
    return tuple(sorted(set(found)))


@functools.lru_cache(maxsize=None)
def top_steps(routed: tuple[str, ...]) -> Strategy:
    """Steps of a test; most of what it consumes is on a channel that the routes know."""
    consumed = st.sampled_from([*routed * 12, "alpha", *SOCKETS, "nobody", "local!x"])
    send_and_consume = _step("send_and_consume", numbers, consumed, jobs, consuming_keywords)
    send = _step("client_send", numbers, consumed, jobs, keywords)
    consume = _step("consume", numbers, consumed, flags)
    receive = _step("receive_raw", numbers)
    others = st.one_of(
        *shared_steps,
        _step("receive", numbers),
        _step("next", st.sampled_from(QUEUES), flags),
        _step("layer_send", places, contents),
        _step(
            "fill", st.sampled_from(["alpha", "beta", "@0", "@1", "local!x"]), st.integers(7, 11)
        ),
        _step("layer_send_group", groups, contents),
        _step("layer_receive", st.sampled_from(QUEUES)),
        _step("members", st.sampled_from(GROUPS)),
        _step("flush"),
        _step("advance", st.sampled_from([1, 40, 61, 50000, 90000])),
        _step("pending", st.lists(st.one_of(*shared_steps), max_size=3)),
        _step("join", numbers, groups),
        _step("cookie", numbers, st.sampled_from(["a", "b"]), st.sampled_from(["1", "two words"])),
        _step("login", numbers, st.sampled_from(["anna", "berta"])),
        _step("work", st.sampled_from([*routed, "alpha"]), st.integers(1, 3)),
    )
    weighted = [send_and_consume] * 6 + [send, consume, receive] + [others] * 5
    # st.one_of() drops repeated strategies, and with them the weights.
    return st.sampled_from(weighted).flatmap(lambda strategy: strategy)


@st.composite
def blocks(draw: st.DrawFn) -> list[Any]:
    """Steps with other routes applied."""
    specs = draw(routes)
    return ["routes", specs, draw(st.lists(top_steps(channels_of(specs)), min_size=1, max_size=5))]


@st.composite
def programs(draw: st.DrawFn) -> dict[str, Any]:
    """A whole program."""
    specs = draw(routes)
    known = top_steps(channels_of(specs))
    step = st.sampled_from([known] * 15 + [blocks()]).flatmap(lambda strategy: strategy)
    return {
        "clients": draw(
            st.lists(st.sampled_from(["ws", "ws", "ordered", "plain"]), min_size=1, max_size=3)
        ),
        "routes": specs,
        "steps": draw(st.lists(step, min_size=8, max_size=25)),
    }
