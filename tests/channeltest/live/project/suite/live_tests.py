"""Live tests whose processes use the databases that the test uses, wherever it runs."""

import os
from urllib.request import urlopen

from channels.test import ChannelLiveServerTestCase
from django.contrib.auth.models import User
from django.db import connections
from django.test import TransactionTestCase, modify_settings, override_settings
from websockets.sync.client import connect

from channeltest import ChannelsLiveServerTestCase


class Shopping:
    databases = {"default", "other"}
    start_method = os.environ["LIVE_START_METHOD"]

    def page(self):
        with urlopen(self.live_server_url + "/") as response:
            return response.read().decode()

    def files(self):
        names = [connections[alias].settings_dict["NAME"] for alias in ("default", "other")]
        return [str(name).rpartition("/")[2] for name in names]

    def said(self, *names):
        default, other = self.files()
        of = [" ".join(f"{name}-{alias}" for name in names) for alias in ("default", "other")]
        return f"good morning, {default}: {of[0]}, {other}: {of[1]}"

    def test_nobody(self):
        self.assertEqual(self.page(), self.said())

    def test_customers(self):
        for alias in ("default", "other"):
            User.objects.using(alias).create(username=f"anna-{alias}")
        self.assertEqual(self.page(), self.said("anna"))
        with connect(self.live_server_ws_url + "/") as client:
            client.send("berta")
            self.assertEqual(client.recv(timeout=20), self.said("anna", "berta"))
        self.assertEqual(User.objects.using("other").count(), 2)


@override_settings(GREETING="good morning")
@modify_settings(ALLOWED_HOSTS={"append": "example.org"})
class OldTest(Shopping, ChannelLiveServerTestCase):
    worker_threads = 2


@override_settings(GREETING="good morning")
class ModernTest(Shopping, ChannelsLiveServerTestCase):
    pass


class SecondOldTest(OldTest):
    pass


class WhereTest(TransactionTestCase):
    def test_this_worker(self):
        name = str(connections["default"].settings_dict["NAME"])
        if "LIVE_WORKERS" in os.environ:
            self.assertRegex(name, r"_gw\d|_\d\.sqlite3")
