"""Channel layers of Channels 1 on Redis, in the keys and bytes of channels_redis.

The folder may import what compat has for all layers, and the packages redis and channels_redis only
where a layer is made. Settings name its layers as ``asgi_redis``.
"""
