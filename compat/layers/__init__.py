"""The parts of channel layers: the store in memory, its asynchronous side, and other backends.

Each module is one idea of a layer, from names to outages. They import the base layer and each
other; ``inmemory`` and the settings build layers of them. ``asgi_ipc``, ``asgi_rabbitmq`` and
``asgiref.conformance`` are found here under their old names.
"""
