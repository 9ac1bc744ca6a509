"""``channels.test.liveserver``."""

from __future__ import annotations

from unittest import mock

import channels.test.liveserver
import pytest

from channeltest.live import serving, setups

from ...helpers import python
from .names import patched, present

NAMES = (
    "ChannelLiveServerTestCase DaphneProcess ProcessSetup WorkerProcess ChannelLayerManager "
    "DEFAULT_CHANNEL_LAYER ImproperlyConfigured Server StaticFilesConsumer TransactionTestCase "
    "Worker WorkerGroup apps connections django load_backend modify_settings multiprocessing "
    "override_settings"
)


def test_names():
    assert present("channels.test.liveserver", NAMES)


@pytest.mark.parametrize(
    ("name", "user"),
    [
        ("channels.test.liveserver.WorkerGroup", setups),
        ("channels.tests.liveserver.StaticFilesConsumer", serving),
    ],
)
def test_patches_reach_the_processes(name, user):
    with mock.patch(name) as stand_in:
        assert patched(name, [user]) == [stand_in]
    assert patched(name, [user]) != [stand_in]


def test_the_reactor_is_imported_only_when_it_is_asked_for():
    program = """
    import sys, django
    from django.conf import settings
    settings.configure(INSTALLED_APPS=["channeltest", "channels"])
    django.setup()
    import channels.test.liveserver
    assert "twisted" not in sys.modules and "daphne" not in sys.modules
    assert "uvicorn" not in sys.modules
    assert channels.test.liveserver.reactor.run
    """
    python(program)


def test_the_live_server_module_has_no_other_names():
    with pytest.raises(AttributeError, match="nothing"):
        channels.test.liveserver.nothing  # noqa: B018
