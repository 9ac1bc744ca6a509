"""The names of ``asgi_ipc``, whose layers nothing runs today."""

from __future__ import annotations

import pytest
from channeltest.compat.layers import asgi_ipc
from django.core.exceptions import ImproperlyConfigured


@pytest.mark.parametrize("name", ["IPCChannelLayer"])
def test_a_layer_says_what_to_use_instead(name):
    with pytest.raises(ImproperlyConfigured, match=rf"asgi_ipc\.{name} does not run"):
        getattr(asgi_ipc, name)()
