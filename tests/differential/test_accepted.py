"""The page of differences has every difference from 1.1.8 that the suite accepts."""

from __future__ import annotations

import pytest

from scripts.folders import ROOT
from tests.differential.accepted import ACCEPTED

PAGE = " ".join((ROOT / "docs/reference/differences.rst").read_text(encoding="utf-8").split())

# Each scenario of `ACCEPTED`, with what the page says of it.
ON_THE_PAGE = {
    "apply_routes.dict_of_routes": "``apply_routes`` takes what ``ROUTING`` takes",
    "apply_routes.aliases": "``apply_routes`` honours ``aliases``",
    "apply_routes.empty_list": "``apply_routes([])`` takes every route away",
    "apply_routes.on_a_class": "on a class lasts through ``tearDown``",
    "clients.join_group_uses_the_default_layer": "joins on the client's layer",
    "clients.two_question_marks": "A path with two question marks",
    "handler.handler_response_later": "``ResponseLater`` with a ``MIDDLEWARE``",
    "handler.view_consumer_waits_for_a_full_channel": "The same holds for ``ViewConsumer``",
    "includes.uncopyable_content": "``include`` does not copy messages",
    "layers.receive_many_is_deprecated": "``receive_many`` on a layer does not warn",
    "manager.str_of_the_layer_of_the_test": "The ``str()`` of a test's layer",
    "message.finishing_twice": "``consumer_finished`` may be sent twice",
    "message.pending_errors_appear_at_flush": "A wrong name is reported by its own call",
    "routing.consumers_that_are_not_callable": "A route whose consumer is not callable",
    "security.debug_allows_localhost": "An allowed host may be an IPv6 address",
    "security.validate_origin_is_abstract": "``BaseOriginValidator`` itself raises",
    "worker.deny_connection": "A worker survives ``DenyConnection`` and the like",
    "worker.socket_exceptions_run": "A worker survives ``DenyConnection`` and the like",
}


@pytest.mark.parametrize("name", sorted(ACCEPTED))
def test_the_page_has_it(name):
    assert ON_THE_PAGE[name] in PAGE


def test_nothing_else_is_looked_for():
    assert ON_THE_PAGE.keys() == ACCEPTED.keys()
