"""Files of records, as `channeltest.comparison` reads them."""

from __future__ import unicode_literals

import collections
import io
import json

from .contents import TEXT

HEAD = (("schema", "channeltest.record"), ("version", 1))
SUITE = (("schema", "channeltest.suite"), ("version", 1))


def line(pairs):
    return TEXT(json.dumps(collections.OrderedDict(pairs))) + "\n"


def records(lines):
    """Return the lines of each test."""
    found = {}
    for each in lines:
        if each.startswith('{"schema"'):
            current = found.setdefault(json.loads(each)["test"], [])
            del current[:]
        current.append(each)
    return found


def read(path):
    """Return the lines of each test of a file; a ValueError says why there are none."""
    with io.open(path) as file:
        lines = file.readlines()
    try:
        head, tail = json.loads(lines[0]), json.loads(lines[-1])
        found = records(lines[1:-1])
        if [(key, head[key]) for key, _ in SUITE] == list(SUITE) and tail["tests"] == len(found):
            return found
    except (ValueError, KeyError, IndexError, TypeError, UnboundLocalError):
        pass
    raise ValueError("%s is no record of a suite in this layout, or was cut off" % path)
