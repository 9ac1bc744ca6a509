"""The source files of a project, as the command line reads and writes them.

It parses files, resolves names over the modules of a project, and applies edits. It imports nothing
of the project that it reads and nothing of the harness. `channeltest.check` and
`channeltest.upgrade` use it.
"""
