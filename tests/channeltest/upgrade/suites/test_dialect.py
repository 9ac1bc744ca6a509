from __future__ import annotations

import pytest

from channeltest import WebsocketCommunicator
from channeltest.cases.websocket import CaseCommunicator
from channeltest.upgrade.suites.dialect import (
    COMMUNICATOR,
    dialect_name,
    is_client_class,
    new_base,
    uses_dialect,
)
from tests.channeltest.upgrade.projects import module


def expression(text, imports):
    found = module("app.tests", f"{imports}\nx = {text}\n")
    return found, found.tree.body[-1].value


@pytest.mark.parametrize(
    ("imports", "text", "name"),
    [
        ("from channels.test import WSClient", "WSClient", "WSClient"),
        ("from channels.tests import HttpClient as C", "C", "HttpClient"),
        ("import channels.test", "channels.test.Client", "Client"),
        ("from channels.test.base import ChannelTestCase", "ChannelTestCase", "ChannelTestCase"),
        ("from channeltest import apply_routes", "apply_routes", "apply_routes"),
        ("from channeltest import WebsocketTestCase", "WebsocketTestCase", ""),
        ("from django.test import Client", "Client", ""),
        ("", "WSClient", ""),
    ],
)
def test_a_name(imports, text, name):
    assert dialect_name(*expression(text, imports)) == name


@pytest.mark.parametrize(
    ("imports", "text", "base"),
    [
        ("from channels.test import ChannelTestCase as C", "C", "WebsocketTestCase"),
        ("from django.test import TransactionTestCase as C", "C", "TransactionWebsocketTestCase"),
        ("from channels.test import ChannelTestCaseMixin as C", "C", "WebsocketTestCaseMixin"),
        ("from rest_framework.test import APITestCase as C", "C", ""),
    ],
)
def test_a_base(imports, text, base):
    assert new_base(*expression(text, imports)) == base


def test_a_class_of_clients():
    assert is_client_class(*expression("C", "from channels.test import WSClient as C"))
    assert not is_client_class(*expression("C", "from channels.test import apply_routes as C"))


@pytest.mark.parametrize(
    ("text", "uses"),
    [("a.send_and_consume('x')", True), ("C()", True), ("a.receive()", False)],
)
def test_code_that_uses_it(text, uses):
    assert uses_dialect(*expression(text, "from channels.test import WSClient as C")) is uses


def test_the_names_of_a_communicator():
    own = WebsocketCommunicator(None, "/")
    names = {name for name in {*dir(CaseCommunicator), *vars(own)} if not name.startswith("_")}
    assert names == COMMUNICATOR
