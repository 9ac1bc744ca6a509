"""The package itself: its lazy names, and that importing it changes nothing."""

from __future__ import annotations

import pytest

import channeltest

from .helpers import python


@pytest.mark.parametrize("name", channeltest.__all__)
def test_public_names(name):
    assert getattr(channeltest, name) is not None
    assert name in channeltest.__all__


def test_one_class_under_both_names():
    assert channeltest.HttpClient is channeltest.WSClient


def test_a_name_that_does_not_exist():
    with pytest.raises(AttributeError, match="module 'channeltest' has no attribute 'nothing'"):
        channeltest.nothing  # noqa: B018
    with pytest.raises(ImportError):
        from channeltest import nothing  # noqa: F401


@pytest.mark.parametrize(
    "name", ["ApplicationCommunicator", "HttpCommunicator", "WebsocketCommunicator"]
)
def test_names_of_channels_testing_bring_what_it_imports(name):
    """``import channels.testing`` leaves ``channels.routing`` imported, and suites rely on it."""
    python(
        f"""
        import channels
        import channeltest
        channeltest.{name}
        channels.routing.URLRouter
        """
    )


def test_importing_the_package_imports_neither_channels_nor_django():
    python(
        """
        import sys
        import channeltest
        assert channeltest.__version__
        assert not {"channels", "django", "asgiref"} & set(sys.modules)
        """
    )


def test_without_activation_the_modern_packages_own_error():
    said = python("import channeltest; from channels import Group", status=1)
    assert said.startswith("ImportError: cannot import name 'Group' from 'channels'")
