"""Sessions for consumers: a facade of the modules where its names live."""

import sys

from . import auth, channel_sessions, http_sessions, ordering
from .aliases import share
from .auth import (
    channel_and_http_session_user_from_http,
    channel_session_user,
    channel_session_user_from_http,
    http_session_user,
)
from .channel_sessions import (
    channel_session,
    session_for_reply_channel,
)
from .http_sessions import channel_and_http_session, http_session
from .ordering import enforce_ordering, requeue_messages, wait_channel_name

__all__ = [
    "channel_and_http_session",
    "channel_and_http_session_user_from_http",
    "channel_session",
    "channel_session_user",
    "channel_session_user_from_http",
    "enforce_ordering",
    "http_session",
    "http_session_user",
    "requeue_messages",
    "session_for_reply_channel",
    "wait_channel_name",
]

# What is patched here is patched where it is used.
for _home in (channel_sessions, http_sessions, ordering, auth):
    share(sys.modules[__name__], _home)
