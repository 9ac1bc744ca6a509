"""The report: one HTML file that shows what the consumers of a suite did, test by test.

Imports the records of suites and their comparison. The command line, the pytest plugin and
`channeltest.apps` use it, if a run asks for a report.
"""
