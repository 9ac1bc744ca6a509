"""What consumers do in two runs, compared: `parity` for a test, files of records for a suite.

Imports the record, the bridge, the database and the routes. The pytest plugin and the app use it
when a run asks for the record of the suite.
"""
