"""Entries: what happens in a test, as it happens."""

from __future__ import unicode_literals

import re
import threading

from .contents import PYTHON2, TEXT


class Running(threading.local):
    """What this thread is doing: the consumer, calls of the test's client, calls of a layer."""

    consumer = None
    clients = ()
    calls = 0


running = Running()
entries = []


def note(kind, name, content=None, members=()):
    entries.append((kind, TEXT(name), content, running.consumer, [TEXT(each) for each in members]))


def describe(error):
    try:
        text = TEXT(error)
    except UnicodeDecodeError:
        text = bytes(error).decode("utf-8", "replace")
    except Exception:
        text = "(its text cannot be had)"
    if PYTHON2:
        text = re.sub(r"\bu(?=['\"])", "", text)
    return "%s: %s" % (type(error).__name__, text)
