"""The examples of the page "Testing Consumers" of the Channels 1 documentation."""
