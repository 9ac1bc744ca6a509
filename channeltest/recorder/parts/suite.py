"""The record of a run, in all of its processes."""

from __future__ import unicode_literals

import io
import os
import shutil
import tempfile

from .contents import PYTHON2
from .entries import entries
from .events import events_of
from .files import HEAD, SUITE, line, read, records
from .patches import patch_channels
from .sequences import keys_begin_anew

PARTS = "CHANNELTEST_PARTS"


class Suite(object):
    """The record of a run, in all of its processes.

    Args:
        file: The file to write.
    """

    def __init__(self, file):
        self.file = os.path.abspath(file)
        self.kept = read(self.file) if os.path.exists(self.file) else {}
        self.is_main = PARTS not in os.environ
        if self.is_main:
            os.environ[str(PARTS)] = str(tempfile.mkdtemp(prefix="channeltest-"))
        self.parts = os.environ[PARTS]
        patch_channels()
        keys_begin_anew()

    def begin(self):
        """Begin the record of a test."""
        del entries[:]

    def passed(self, test):
        """Keep the record of the test that has passed."""
        events = events_of(list(entries))
        with io.open(os.path.join(self.parts, "%d.jsonl" % os.getpid()), "a") as part:
            part.write(line(HEAD + (("test", test),)))
            part.write("".join(map(line, events)))

    def finish(self):
        """Write the file, if this is the process that began; return what to say."""
        if not self.is_main:
            return None
        import channels
        import django

        new = {}
        for part in sorted(os.listdir(self.parts)):
            new.update(records(io.open(os.path.join(self.parts, part)).readlines()))
        shutil.rmtree(self.parts)
        kept = len(set(self.kept) - set(new))
        every = dict(self.kept, **new)
        versions = ("channels", channels.__version__), ("django", django.get_version())
        with io.open(self.file + ".new", "w") as file:
            file.write(line(SUITE + versions))
            for test in sorted(every):
                file.write("".join(every[test]))
            file.write(line([("tests", len(every))]))
        if PYTHON2 and os.name == "nt" and os.path.exists(self.file):
            os.remove(self.file)
        (os.rename if PYTHON2 else os.replace)(self.file + ".new", self.file)
        more = "; kept %d that did not run, or not pass" % kept if kept else ""
        return "recorded %d tests in %s%s" % (len(new), self.file, more)
