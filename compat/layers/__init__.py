"""The parts of channel layers: the store in memory, its asynchronous side, and other backends.

Each module is one idea of a layer, from names to expiry. They import the base layer and each other;
``inmemory`` and the settings build layers of them.
"""
