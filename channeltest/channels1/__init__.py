"""The dialect of Channels 1: `ChannelTestCase`, `Client`, `WSClient` and `apply_routes`.

Imports the bridge and what is below it. Test suites use it, also by the name ``channels.test``.
"""
