from tests.channeltest.upgrade.prove.checkouts import folder, identity

__all__ = ["folder", "identity"]
