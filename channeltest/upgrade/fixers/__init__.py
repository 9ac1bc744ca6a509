"""The fixers, in the order in which they run: each converts one thing of Channels 1.

A fixer is a module with ``CODE``, a docstring whose first line says what it converts, and
``fix(project)``. It imports what `channeltest.upgrade` has for all of them, and
`channeltest.upgrade.plan` runs it.
"""
