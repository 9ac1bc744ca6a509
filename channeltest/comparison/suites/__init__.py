"""Records of whole suites: a file with one record for each test, made under any test runner.

Imports `channeltest.record` and the texts of differences. `channeltest.apps` and the pytest plugin
use it, if a run asks for a record or a comparison.
"""
