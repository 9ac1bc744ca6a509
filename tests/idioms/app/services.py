"""Functions that the consumers call and the tests patch."""

from channels import Channel


def close_session(name):
    """Tell the bookkeeping that a session ended."""
    Channel("bookkeeping").send({"closed": name})
