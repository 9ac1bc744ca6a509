"""Activation in an interpreter of its own: what it changes, and what it leaves alone."""

from __future__ import annotations

import pytest

from tests.channeltest.helpers import python

# Every module of the modern package that needs no server, and how to remember what is in them.
SNAPSHOT = """
import importlib, pkgutil, sys
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS={apps!r},
    DATABASES={{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
if {ready}:
    django.setup()

def modern():
    import asgiref, channels
    for package in (channels, asgiref):
        for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if "management" not in found.name and "testing" not in found.name:
                try:
                    importlib.import_module(found.name)
                except Exception:
                    pass
    return {{
        name: module for name, module in sys.modules.items()
        if name.partition(".")[0] in ("channels", "asgiref") and "channeltest" not in str(module)
    }}

def classes(names):
    return {{
        (name, attribute): dict(vars(value)) for name, module in names.items()
        for attribute, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == name
    }}

def state():
    return {{
        "path": list(sys.meta_path),
        "modules": set(names),
        "types": {{name: type(module) for name, module in names.items()}},
        "names": {{name: dict(vars(module)) for name, module in names.items()}},
        "classes": classes(names),
    }}

names = modern()
before = state()
"""


def program(body, apps=("django.contrib.contenttypes", "channels"), ready=True):
    return python(SNAPSHOT.format(apps=list(apps), ready=ready) + body)


@pytest.mark.parametrize("importing", ["import channeltest", "import channeltest.compat"])
@pytest.mark.parametrize("ready", [True, False])
def test_importing_changes_nothing(importing, ready):
    program(f"{importing}\nassert state() == before", ready=ready)


def test_importing_the_harness_changes_nothing():
    program(
        """
from channeltest import *
assert Client and WSClient and ChannelTestCase and apply_routes and CaptiveLayer
assert state() == before
import channels
assert not hasattr(channels, "Channel")
try:
    import channels.asgi
except ModuleNotFoundError:
    print("not there")
""",
        apps=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "django.contrib.sessions",
            "channels",
        ],
    )


def test_activation_changes_no_modern_name():
    """One object serves both meanings of some names; the manager reads old settings too."""
    program(
        """
import channeltest
channeltest.install()
now = state()
SHARED = {("channels.worker", "Worker")}
for name, module in before["names"].items():
    for attribute, value in module.items():
        if attribute.startswith("__") or (name, attribute) in SHARED:
            continue
        assert now["names"][name][attribute] is value, (name, attribute)
for key, attributes in before["classes"].items():
    for attribute, value in attributes.items():
        if key == ("channels.layers", "ChannelLayerManager") and attribute == "_make_backend":
            continue
        if key in SHARED or attribute.startswith("__"):
            continue
        assert now["classes"][key][attribute] is value, (key, attribute)
import channels.worker
old = before["names"]["channels.worker"]["Worker"]
assert issubclass(channels.worker.Worker, old)
"""
    )


def test_activation_leaves_asgiref_alone():
    program(
        """
import channeltest
channeltest.install()
now = state()
for name in before["names"]:
    if name.startswith("asgiref"):
        assert now["names"][name] == before["names"][name], name
import asgiref.inmemory, asgiref.sync
assert asgiref.inmemory.__name__ == "channeltest.compat.inmemory"
"""
    )


BINDING = """
from channels.binding.websockets import WebsocketBinding
from tests.values.models import IntegerValue

class Early(WebsocketBinding):
    model = IntegerValue
    stream = "early"
    fields = ["name"]

    @classmethod
    def group_names(cls, instance):
        return []

    def has_permission(self, user, action, pk):
        return False

from django.db.models.signals import post_save
assert post_save.has_listeners(IntegerValue)
"""


@pytest.mark.parametrize(
    ("apps", "call"),
    [
        (["channeltest", "channels"], ""),
        (["channels", "channeltest"], ""),
        (["channels"], "channeltest.install()"),
        (["channeltest", "channels"], "channeltest.install(); channeltest.install()"),
    ],
)
def test_bindings_are_connected(apps, call):
    """Those defined while Django starts when it is ready, later ones at once."""
    program(
        f"import channeltest\n{call}\n{BINDING}",
        apps=["django.contrib.contenttypes", *apps, "tests.values"],
    )


def test_installing_before_django_is_set_up():
    program(
        f"""
import channeltest
channeltest.install()
from channels import Group
from channels.routing import route
assert not django.apps.apps.ready
django.setup()
{BINDING}
""",
        apps=["channels", "tests.values", "django.contrib.contenttypes"],
        ready=False,
    )


def test_installing_twice_changes_nothing_more():
    program(
        """
import channeltest
channeltest.install()
once = state()
channeltest.install()
assert state()["path"] == once["path"]
for name, names_once in once["names"].items():
    assert set(state()["names"][name]) == set(names_once), name
"""
    )
