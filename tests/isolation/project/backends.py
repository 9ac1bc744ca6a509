"""A channel layer that must never be made."""


class Unbuildable:
    attempts = 0

    def __init__(self, **config):
        type(self).attempts += 1
        raise AssertionError("The layer of the settings was built")
