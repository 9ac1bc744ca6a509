from __future__ import annotations

import inspect

import pytest
from channels.consumer import AsyncConsumer
from channels.generic import websocket

from channeltest.upgrade.to_async import known


@pytest.mark.parametrize(
    "name",
    ["json.dumps", "re.match", "datetime.datetime.now", "logging.getLogger", "time.time"],
)
def test_names_that_are_known(name):
    assert known.is_known(name)


@pytest.mark.parametrize(
    "name",
    [
        *("time.sleep", "json.load", "operator.methodcaller", "requests.get", "jsonlib.dumps"),
        *("django.core.cache.cache", "os.system", "hashlib.pbkdf2_hmac", "functools"),
    ],
)
def test_names_that_are_not(name):
    assert not known.is_known(name)


def test_builtins():
    assert known.is_builtin("len")
    assert not any(map(known.is_builtin, ("open", "getattr", "setattr", "input", "exec", "eval")))


def test_settings():
    assert known.is_setting("django.conf.settings.DEBUG")
    assert not known.is_setting("django.conf.settings.LIMITS.get")


@pytest.mark.parametrize("name", known.BASES)
def test_methods_of_todays_consumers(name):
    last = known.ASYNC_BASES[name]
    consumer = getattr(websocket, last, AsyncConsumer)
    assert consumer.__name__ == last
    methods = [getattr(consumer, each) for each in dir(consumer) if each[0] != "_"]
    methods = [each for each in methods if inspect.iscoroutinefunction(each)]
    # The harness adds one.
    waiting = {each.__name__ for each in methods if each.__module__.startswith("channels.")}
    assert waiting == known.BASES[name]


@pytest.mark.parametrize("name", ["save", "delete", "create", "all", "first", "exists"])
def test_no_method_of_a_model_is_one_of_data(name):
    assert name not in known.ATTRIBUTES
