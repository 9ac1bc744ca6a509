"""``manage.py runserver`` of a Channels 1 project, as a developer has it running."""

from __future__ import annotations

from pathlib import Path

import pytest

from ...redis_server import free_port
from ...sites import NewSite, text_of

pytest.importorskip("daphne", reason="Daphne is optional")

# Django's reloader notices a change only of files that it has seen; it says so at this level.
ROUTING = """
import logging
logging.getLogger("django.utils.autoreload").addHandler(logging.StreamHandler())
logging.getLogger("django.utils.autoreload").setLevel(logging.DEBUG)

from channels import route

def receive(message):
    message.reply_channel.send({{"text": "{answer}"}})

channel_routing = [route("websocket.receive", receive)]
"""
SEEN = "reloaded_routing.py first seen"


def test_it_serves_new_code(new_site: NewSite, tmp_path: Path) -> None:
    routing = tmp_path / "reloaded_routing.py"
    routing.write_text(ROUTING.format(answer="old"))
    site = new_site(PYTHONPATH=str(tmp_path), SERVED_ROUTING="reloaded_routing.channel_routing")
    site.port = free_port()
    server = site.manage("runserver", f"127.0.0.1:{site.port}")
    for answer in ("old", "new"):
        server.until("Listening on TCP address")
        with site.websocket("/") as websocket:
            websocket.send("x")
            assert text_of(websocket) == answer
        assert site.http.get("/nowhere/").status_code == 404
        if answer == "old":
            if not any(SEEN in line for line in server.said):
                server.until(SEEN)
            routing.write_text(ROUTING.format(answer="new"))
            server.until("changed, reloading")


def test_port_taken(new_site: NewSite, tmp_path: Path) -> None:
    site = new_site()
    site.port = free_port()
    first = site.manage("runserver", "--noreload", f"127.0.0.1:{site.port}")
    first.until("Listening on TCP address")
    second = site.manage("runserver", "--noreload", f"127.0.0.1:{site.port}")
    assert second.end() != 0
    assert "Address already in use" in second.output
