"""The record of a whole suite: written to a file, and compared with what consumers do now.

Imports the record, the comparison and the database. The pytest plugin and Django's test runner use
it when a run asks for it.
"""
