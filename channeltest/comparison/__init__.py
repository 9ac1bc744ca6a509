"""`parity`: one test run against the old and the ported consumers, and what they do compared.

Imports the record, the bridge, the database and the routes. Only tests use it.
"""
