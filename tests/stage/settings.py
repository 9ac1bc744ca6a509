"""This project's own settings on the database that the environment names."""

import json
import os

from tests.settings import *  # noqa: F403

DATABASES = {"default": json.loads(os.environ["STAGE_DATABASE"])}

# For the tests that are in no test case of the harness's.
CHANNEL_LAYERS = {"default": {"BACKEND": "asgiref.inmemory.ChannelLayer", "ROUTING": []}}
