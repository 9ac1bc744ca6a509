"""Groups: tested in the same way as channels, flushed between tests."""

from channels import Group
from channels.test import ChannelTestCase


class MyTests(ChannelTestCase):
    def test_a_thing(self):
        # Add a test channel to a test group
        Group("test-group").add("test-channel")
        # Send to the group
        Group("test-group").send({"value": 42})
        # Verify the message got into the destination channel
        result = self.get_next_message("test-channel", require=True)
        self.assertEqual(result["value"], 42)


class FlushTests(ChannelTestCase):
    """Whichever test comes second finds nothing of the first."""

    def check_that_nothing_is_left(self):
        Group("test-group").send({"value": 42})
        self.assertIsNone(self.get_next_message("test-channel"))
        Group("test-group").add("test-channel")
        Group("test-group").send({"value": 43})

    def test_once(self):
        self.check_that_nothing_is_left()

    def test_twice(self):
        self.check_that_nothing_is_left()
