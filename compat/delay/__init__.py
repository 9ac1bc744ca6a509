"""``channels.delay``: messages that are sent later, kept in the database."""
