"""One run of a test: its routes are met or not, its layers and mails are its own."""

from __future__ import annotations

import pytest
from channels import route
from channels.layers import get_channel_layer
from django.core import mail

from channeltest import Client
from channeltest.comparison.side import ComparedRoutes, Side

pytestmark = pytest.mark.django_db(transaction=True)


def consumer(message):
    mail.send_mail("s", "b", "a@example.com", ["b@example.com"])


def side(routes=None):
    return Side("old", [route("c", consumer)] if routes is None else routes, ["default"], [])


def test_a_run():
    run = side()
    outbox = mail.outbox
    with run.running():
        layer = get_channel_layer()
        assert not run.routes.met
        Client().send_and_consume("c")
        assert run.routes.met
        assert len(mail.outbox) == 1
    assert mail.outbox is outbox
    assert layer not in (None, get_channel_layer())
    assert run.transcript([]) == ["client -> c"]


@pytest.mark.parametrize(
    "routes",
    [route("c", consumer), [route("c", consumer)], {"c": consumer}, ([route("c", consumer)],)],
)
def test_routes_of_any_form(routes):
    compared = ComparedRoutes(routes)
    assert compared.channel_names() == {"c"}
    assert "'c'" in str(compared) or "c" in str(compared)


def test_no_routes():
    assert str(ComparedRoutes([])) == "none"
