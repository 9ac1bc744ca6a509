from __future__ import annotations

import sys
import types

import pytest
from channeltest.compat.package_checks import check_all


@pytest.fixture
def asgi_ipc(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """A channel layer package, as if it were installed."""
    module = types.ModuleType("asgi_ipc")
    monkeypatch.setitem(sys.modules, "asgi_ipc", module)
    return module


def test_nothing_installed() -> None:
    check_all()


@pytest.mark.parametrize("version", ["1.3.0", "1.3", "1.4.0", "1.10.0", "2.0", "1.3.1b1"])
def test_new_enough(asgi_ipc: types.ModuleType, version: str) -> None:
    asgi_ipc.__version__ = version  # type: ignore[attr-defined]
    check_all()


@pytest.mark.parametrize("version", ["1.2.9", "0.9", "1.3a1", "1.3.0b2"])
def test_too_old(asgi_ipc: types.ModuleType, version: str) -> None:
    asgi_ipc.__version__ = version  # type: ignore[attr-defined]
    message = "^Your version of asgi_ipc is too old - it must be at least 1.3.0$"
    with pytest.raises(RuntimeError, match=message):
        check_all()


@pytest.mark.parametrize("version", ["1", "1.2.3.4", "1.2rc1", "new"])
def test_unreadable(asgi_ipc: types.ModuleType, version: str) -> None:
    asgi_ipc.__version__ = version  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match=f"^invalid version number '{version}'$"):
        check_all()
