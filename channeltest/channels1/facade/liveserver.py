"""``channels.test.liveserver``: a facade of the modules where its names live."""

import importlib
import multiprocessing
import sys
from typing import Any

import django
from channels import DEFAULT_CHANNEL_LAYER
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.utils import load_backend
from django.test.testcases import TransactionTestCase
from django.test.utils import modify_settings, override_settings

from ...compat.aliases import share
from ...compat.asgi import ChannelLayerManager
from ...compat.serving.server import Server
from ...compat.staticfiles import StaticFilesConsumer
from ...compat.worker import Worker, WorkerGroup
from ...live import channels1_case as channel_case
from ...live import layers, serving, setups
from ...live.channels1_case import ChannelLiveServerTestCase
from ...live.setups import DaphneProcess, ProcessSetup, WorkerProcess

__all__ = [
    "DEFAULT_CHANNEL_LAYER",
    "ChannelLayerManager",
    "ChannelLiveServerTestCase",
    "DaphneProcess",
    "ImproperlyConfigured",
    "ProcessSetup",
    "Server",
    "StaticFilesConsumer",
    "TransactionTestCase",
    "Worker",
    "WorkerGroup",
    "WorkerProcess",
    "apps",
    "connections",
    "django",
    "load_backend",
    "modify_settings",
    "multiprocessing",
    "override_settings",
]

for _home in (setups, serving, layers, channel_case):
    share(sys.modules[__name__], _home)


def __getattr__(name: str) -> Any:
    if name == "reactor":
        # Importing it chooses Twisted's reactor for the whole process.
        return importlib.import_module("twisted.internet.reactor")
    raise AttributeError(name)
