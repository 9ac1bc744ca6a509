"""A long run of a served Channels 1 project: is anything lost, and does memory grow?

``python -m bench.soak`` prints what happened. It uses the served project of the tests, a real
server and a real Redis.
"""
