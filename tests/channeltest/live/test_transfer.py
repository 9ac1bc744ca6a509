"""What goes to other processes: objects and the settings in force."""

from __future__ import annotations

import pickle
from unittest import mock

import pytest
from django.conf import settings
from django.test import override_settings

from channeltest.errors import LiveServerError
from channeltest.live.transfer import (
    DeferredObject,
    SettingsInForce,
    SettingsTransfer,
    pickled,
    unpickled,
)

from ..helpers import python


def test_there_and_back():
    assert unpickled(pickled({"a": 1}, "it"), "it") == {"a": 1}


def test_what_cannot_be_sent():
    with pytest.raises(LiveServerError, match=r"the cat cannot be sent .*start_method = 'fork'"):
        pickled(lambda: None, "the cat")


def test_what_cannot_be_read():
    with pytest.raises(LiveServerError, match="the cat cannot be read in the live server's proc"):
        unpickled(b"junk", "the cat")


def test_a_deferred_is_opened_later():
    class_only_here = b"cno_such_module\nName\n."
    deferred = pickle.loads(pickle.dumps(DeferredObject([1])))
    assert deferred.open() == [1]
    deferred.__setstate__(class_only_here)
    with pytest.raises(ImportError, match="no_such_module"):
        deferred.open()


def test_a_deferred_that_is_not_sent():
    content = object()
    assert DeferredObject(content).open() is content


def test_a_deferred_that_cannot_be_sent():
    with pytest.raises(LiveServerError, match="function cannot be sent to a process of its own"):
        pickle.dumps(DeferredObject(lambda: None))


# What another interpreter does with a transfer.
APPLY = """
import base64, pickle
from django.conf import settings
pickle.loads(base64.b64decode({data!r})).apply()
print(repr(({expression})))
"""


def elsewhere(expression):
    """What an expression over the settings is in another process."""
    import base64

    data = base64.b64encode(pickle.dumps(SettingsTransfer.capture())).decode()
    return python(APPLY.format(data=data, expression=expression))


def test_what_a_test_overrides():
    with override_settings(LIVE_NAME="anna", STATIC_URL="/other/"):
        assert elsewhere("settings.LIVE_NAME, settings.STATIC_URL") == "('anna', '/other/')"


def test_what_a_runner_sets():
    assert "testserver" in settings.ALLOWED_HOSTS
    assert elsewhere("settings.ALLOWED_HOSTS") == repr(settings.ALLOWED_HOSTS)


def test_back_to_the_default_of_django():
    with override_settings(USE_TZ=False, STATIC_URL=None):
        assert elsewhere("settings.USE_TZ, settings.STATIC_URL") == "(False, None)"


def test_what_is_changed_in_place():
    # All layers: workers add routes to the lists of the settings, which do not fit in a pickle.
    layers = {"default": {"TEST_CONFIG": {"hosts": ["here"]}}}
    with mock.patch.dict(settings.CHANNEL_LAYERS, layers, clear=True):
        expression = "settings.CHANNEL_LAYERS['default']['TEST_CONFIG']"
        assert elsewhere(expression) == "{'hosts': ['here']}"


def test_what_a_test_deletes():
    with override_settings():
        del settings.DEFAULT_AUTO_FIELD
        assert elsewhere("hasattr(settings, 'DEFAULT_AUTO_FIELD')") == "False"


def test_what_is_as_the_module_has_it_stays():
    transfer = SettingsTransfer.capture()
    kept = settings.CHANNEL_LAYERS
    transfer.apply()
    assert settings.CHANNEL_LAYERS is kept


def test_a_setting_that_cannot_be_sent():
    with override_settings(LIVE_NAME=lambda: None):
        with pytest.raises(LiveServerError, match="the setting LIVE_NAME cannot be sent to the"):
            SettingsTransfer.capture()


def test_what_cannot_be_sent_is_left_to_the_module(monkeypatch):
    import tests.settings

    value = {"call": lambda: None}
    monkeypatch.setattr(tests.settings, "LIVE_NAME", value, raising=False)
    with override_settings(LIVE_NAME=value):
        assert "LIVE_NAME" not in SettingsTransfer.capture().values


def test_a_setting_that_cannot_be_read_there():
    transfer = SettingsTransfer(None, {"LIVE_NAME": b"cno_such_module\nname\n."}, ())
    with pytest.raises(LiveServerError, match=r"the setting LIVE_NAME cannot be read .*no_such"):
        transfer.apply()


def test_settings_without_a_module():
    program = """
    from django.conf import settings
    from django.utils.functional import empty
    settings.configure(LIVE_NAME="anna")
    from channeltest.live.transfer import SettingsTransfer
    transfer = SettingsTransfer.capture()
    settings._wrapped = empty
    transfer.apply()
    print(transfer.module, settings.LIVE_NAME)
    """
    assert python(program) == "None anna"


def test_overrides_that_came_later_do_not_hold():
    with override_settings(LIVE_NAME="class"):
        in_force = SettingsInForce()
        with override_settings(LIVE_NAME="test"):
            with in_force.restored():
                assert settings.LIVE_NAME == "class"
            assert settings.LIVE_NAME == "test"
        with in_force.restored():
            assert settings.LIVE_NAME == "class"
    assert not hasattr(settings, "LIVE_NAME")
