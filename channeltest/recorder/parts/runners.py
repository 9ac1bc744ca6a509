"""The runners: Django's, as the environment asks for it, and pytest."""

from __future__ import unicode_literals

import functools
import os
import sys
import unittest

from django.apps import AppConfig

from .patches import patch
from .suite import Suite

try:
    import pytest
except ImportError:
    pytest = None

RECORD = "CHANNELTEST_RECORD"


class Recorder(AppConfig):
    """Records what Django's test runner runs, if the environment asks for it."""

    name = "channels1_recorder"

    def ready(self):
        """Prepare the runner."""
        file = os.environ.get(RECORD)
        if file:
            from django.test.runner import DiscoverRunner

            patch(DiscoverRunner, "run_suite", functools.partial(run_suite, file))


default_app_config = "channels1_recorder.Recorder"


def run_suite(file, original):
    def run_suite(runner, *args, **kwargs):
        suite = Suite(file)
        patch(unittest.TestCase, "run", functools.partial(run_test, suite))
        try:
            return original(runner, *args, **kwargs)
        finally:
            sys.stderr.write("%s\n" % suite.finish())

    return run_suite


def run_test(suite, original):
    def run(case, result=None):
        suite.begin()
        return original(case, Result(result, suite))

    return run


class Result(object):
    """A test result that records tests which pass."""

    def __init__(self, result, suite):
        self._result = result
        self._suite = suite

    def __getattr__(self, name):
        return getattr(self._result, name)

    def addSuccess(self, test):
        """Pass a success on."""
        self._suite.passed(test.id())
        self._result.addSuccess(test)


# pytest

if pytest is not None:
    suites = []

    def pytest_addoption(parser):
        parser.addoption("--channeltest-record", metavar="FILE", help="record what consumers do")

    @pytest.hookimpl(trylast=True)
    def pytest_configure(config):
        file = config.getoption("--channeltest-record") or os.environ.get(RECORD)
        if file:
            os.environ[str(RECORD)] = os.path.abspath(file)
            suites.append(Suite(file))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(item):
        for suite in suites:
            suite.begin()

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_runtest_makereport(item, call):
        report = (yield).get_result()
        for suite in suites:
            if report.when == "call" and report.passed:
                suite.passed(item.nodeid)

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(config):
        while suites:
            text = suites.pop().finish()
            if text:
                sys.stderr.write("%s\n" % text)
