"""Which server runs in a child process."""

from __future__ import annotations

import importlib.util

import pytest
from django.conf import settings

from channeltest.errors import LiveServerError
from channeltest.live import serving

from ..helpers import run
from .helpers import IN_MEMORY, ModernProcesses, ask, case, get


@pytest.fixture
def hide(monkeypatch):
    """A function that makes a package look as if it were not installed."""
    hidden = set()
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *package: None if name in hidden else find_spec(name, *package),
    )
    return hidden.update


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("hidden", "server"), [([], "daphne"), (["daphne"], "uvicorn")])
def test_daphne_or_uvicorn(hide, hidden, server):
    def test(self):
        assert ask(self, "a") == "A"
        assert get(self).headers.get("server", "daphne") == server

    hide(hidden)
    assert run(case(ModernProcesses, IN_MEMORY, test=test)) == {"test": "ok"}


def test_neither(hide):
    hide(["daphne", "uvicorn"])
    with pytest.raises(LiveServerError, match=r"needs Daphne or uvicorn.*channeltest\[live\]"):
        serving.serve(None, None, lambda: None)


def test_this_process_imports_no_reactor():
    assert settings.configured
    assert "daphne" not in vars(serving)
