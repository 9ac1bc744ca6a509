"""Says what stands between a project and today's Channels, from its sources alone.

It reads Python 2 and 3 with a tokenizer of its own, templates and requirements, and asks
`channeltest.upgrade` what it would convert. It imports nothing else of channeltest but
`channeltest.sources`; the command line uses it.
"""
