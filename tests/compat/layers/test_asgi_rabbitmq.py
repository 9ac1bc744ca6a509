"""The names of ``asgi_rabbitmq``, whose layers nothing runs today."""

from __future__ import annotations

import pytest
from channeltest.compat.layers import asgi_rabbitmq
from django.core.exceptions import ImproperlyConfigured


@pytest.mark.parametrize("name", ["RabbitmqChannelLayer", "RabbitmqLocalChannelLayer"])
def test_a_layer_says_what_to_use_instead(name):
    with pytest.raises(ImproperlyConfigured, match=rf"asgi_rabbitmq\.{name} does not run"):
        getattr(asgi_rabbitmq, name)()
